package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.List;

/**
 * One leadership: made on the election, dropped with it, so that nothing of one term is ever mistaken for the next's.
 */
final class Leader {
    private static final byte[] NOTHING = new byte[0];

    private final Replica replica;
    private final long term;
    /** The index of this leadership's first entry: until it is committed the leader does not know what is (§8). */
    private final long firstOwn;

    private final Peers peers;
    private final Rounds rounds;
    private final Reads reads;
    private final Handover handover;
    private final SnapshotSender snapshots;
    private final Replicator replicator;
    private final MembershipChange membership;
    private int sinceHeartbeat;
    /** The round in which all were asked to rest; 0 while none is. */
    private long restRound;

    Leader(Replica replica) {
        this.replica = replica;
        term = replica.term();
        firstOwn = replica.log.last() + 1;
        peers = new Peers(replica);
        rounds = new Rounds(replica.tick, replica.now);
        reads = new Reads(replica, rounds);
        handover = new Handover(replica, peers, reads);
        snapshots = new SnapshotSender(replica, peers, rounds);
        replicator = new Replicator(replica, rounds, snapshots);
        membership = new MembershipChange(replica, peers);
        append(Entry.Kind.NOOP, NOTHING);
        startRound();
    }

    long term() {
        return term;
    }

    /** What it knows of the others. */
    List<PeerStatus> peers() {
        List<PeerStatus> known = new ArrayList<>();
        for (Progress progress : peers) {
            known.add(new PeerStatus(
                    progress.id, progress.match, replica.tick - progress.heardTick, peers.isCaughtUp(progress)));
        }
        return known;
    }

    void tick() {
        int patience = replica.settings.timing().electionMin();
        // A leader that a majority has not answered for so long falls silent, or its heartbeats would pin a voter that
        // the others need (openraft#2080; thesis §6.2).
        if (rounds.doubt(replica.tick) >= patience) {
            replica.becomeFollower(term, null);
            return;
        }
        // A leader whose disk has stalled would lead for ever without committing anything (hashicorp#503).
        if (replica.isStalled()) {
            handover.stepAside();
            replica.becomeFollower(term, null);
            return;
        }
        handover.tick();
        for (Progress progress : peers) {
            if (progress.state == Progress.State.PIPELINE && !peers.isAlive(progress)) {
                progress.probeFrom(progress.match + 1);
            }
            snapshots.tick(progress);
        }
        if (++sinceHeartbeat >= replica.settings.timing().heartbeat()) {
            startRound();
        }
    }

    /** Asks all to rest, if there is nothing to do for anybody; whoever does not answer before the next heartbeat wakes all. */
    void rest() {
        if (restRound > 0 || rounds.isOpen() || !hasNothingToDo()) {
            return;
        }
        sinceHeartbeat = 0;
        rounds.start(replica.tick, replica.now);
        restRound = rounds.current();
        for (Progress progress : peers) {
            progress.sentRound = restRound;
            replica.out.send(progress.id, new Message.Rest(term, progress.session, restRound, replica.log.last()));
        }
    }

    /** Whether everybody rests. */
    boolean isRestAgreed() {
        if (restRound == 0 || !hasNothingToDo()) {
            return false;
        }
        boolean agreed = true;
        for (Progress progress : peers) {
            agreed &= progress.ackedRound >= restRound;
        }
        return agreed;
    }

    /** Something happened: nobody rests any more. */
    void wake() {
        if (restRound > 0) {
            startRound();
        }
    }

    private boolean hasNothingToDo() {
        long last = replica.log.last();
        boolean nothing = replica.commit() == last
                && replica.log.durable() == last
                && replica.isWell()
                && replica.isVoter()
                && reads.isIdle()
                && !handover.isActive();
        for (Progress progress : peers) {
            // Whoever is away must be looked for: a group rests as a whole, or not at all.
            nothing &= progress.state == Progress.State.PIPELINE
                    && progress.match == last
                    && progress.sentCommit == last
                    && peers.isAlive(progress);
        }
        return nothing;
    }

    void propose(Input.Propose asked) {
        List<byte[]> commands = asked.commands();
        CoreSettings.Limits limits = replica.settings.limits();
        long bytes = 0;
        boolean tooLarge = commands.size() > limits.uncommittedEntries();
        for (byte[] command : commands) {
            bytes += Entry.OVERHEAD_BYTES + command.length;
            tooLarge |= command.length > limits.entryBytes();
        }
        long uncommitted = replica.log.last() - replica.commit();
        if (tooLarge || bytes > limits.uncommittedBytes()) {
            refuse(asked.correlation(), Refusal.TOO_LARGE);
        } else if (handover.isActive()) {
            refuse(asked.correlation(), Refusal.TRANSFERRING);
        } else if (uncommitted + commands.size() > limits.uncommittedEntries()
                || replica.log.weightAfter(replica.commit()) + bytes > limits.uncommittedBytes()) {
            refuse(asked.correlation(), Refusal.OVERLOADED);
        } else {
            long first = replica.log.last() + 1;
            for (byte[] command : commands) {
                append(Entry.Kind.COMMAND, command);
            }
            replica.out.add(new Effect.Accepted(asked.correlation(), first, replica.log.last(), term));
        }
    }

    void read(Input.Read asked) {
        if (handover.isActive()) {
            refuse(asked.correlation(), Refusal.TRANSFERRING); // openraft 1ef3e574: reads went on meanwhile.
        } else {
            reads.add(asked, isOwnTermCommitted());
        }
    }

    /** A follower's question; silence refuses it, as it refuses one's own reads. */
    void onReadAsk(MemberId from, Message.ReadAsk ask) {
        if (peers.find(from) != null && !handover.isActive()) {
            reads.add(from, ask, isOwnTermCommitted());
        }
    }

    void changeMembers(Input.ChangeMembers asked) {
        Refusal objection =
                handover.isActive() ? Refusal.TRANSFERRING : membership.objection(asked, isOwnTermCommitted());
        if (objection != null) {
            refuse(asked.correlation(), objection);
            return;
        }
        long index = replica.log.last() + 1;
        append(Entry.Kind.CONFIGURATION, membership.next(asked.change(), index).toBytes());
        peers.follow();
        replica.out.add(new Effect.Accepted(asked.correlation(), index, index, term));
    }

    void transfer(Input.TransferLeadership asked) {
        handover.begin(asked);
    }

    void onSnapshotRead(Input.SnapshotRead read) {
        snapshots.onRead(read);
    }

    /** Up to where the log may be forgotten, as far as this leadership goes. */
    long forgettable() {
        return snapshots.forgettable();
    }

    /** What was on its way there is lost. */
    void onUnlinked(MemberId peer) {
        Progress progress = peers.find(peer);
        if (progress != null) {
            // It counts as there no longer, until it speaks again: a change that needs it would never be committed.
            progress.heardTick = Math.min(
                    progress.heardTick, replica.tick - replica.settings.timing().electionMin());
            if (progress.state == Progress.State.PIPELINE) {
                progress.probeFrom(progress.match + 1);
            }
        }
    }

    void onAppended(MemberId from, Message.Appended appended) {
        Progress progress = peers.find(from, appended.session());
        if (progress != null) {
            progress.heard(replica.tick, appended.round());
            replicator.onAppended(progress, appended);
        }
    }

    void onAppendRefused(MemberId from, Message.AppendRefused refused) {
        Progress progress = peers.find(from, refused.session());
        if (progress != null) {
            progress.heard(replica.tick, refused.round());
            replicator.onRefused(progress, refused);
        }
    }

    void onSnapshotReply(MemberId from, Message.SnapshotReply reply) {
        Progress progress = peers.find(from, reply.session());
        if (progress != null) {
            progress.heard(replica.tick, reply.round());
            snapshots.onReply(progress, reply);
        }
    }

    /** Once per step: what the inputs together make possible. */
    void settle() {
        rounds.confirm(peers.answeredByMajority(rounds.current()));
        reads.release();
        commit();
        if (isRemoved()) {
            retire();
            return;
        }
        if (isOwnTermCommitted() && reads.wantRound()) {
            startRound();
            rounds.confirm(peers.answeredByMajority(rounds.current())); // A group of one answers itself.
            reads.release();
        }
        handover.proceed();
        for (Progress progress : peers) {
            replicator.replicate(progress);
        }
    }

    /** The leadership is over; whoever still waits is told. */
    void end() {
        reads.refuseAll();
        handover.end(Refusal.NOT_LEADER);
    }

    private void commit() {
        long majority = peers.matchedByMajority();
        // Only an entry of its own term is committed by counting (§5.4.2, figure 8); what is before it follows.
        if (majority > replica.commit() && replica.log.term(majority) == term) {
            replica.commitTo(majority);
        }
    }

    /** Tells the others that its removal is committed, and the one that has most to go on at once. */
    private void retire() {
        for (Progress progress : peers) {
            progress.newsMustNotWait();
            replicator.replicate(progress);
        }
        handover.stepAside();
        replica.becomeFollower(term, null);
    }

    /** Its own removal is committed, or it never voted: it led until now without counting itself (thesis §4.2.2). */
    private boolean isRemoved() {
        return replica.isConfigurationCommitted() && !replica.isVoter() && isOwnTermCommitted();
    }

    private boolean isOwnTermCommitted() {
        return replica.commit() >= firstOwn;
    }

    private void startRound() {
        restRound = 0;
        sinceHeartbeat = 0;
        rounds.start(replica.tick, replica.now);
        if (isOwnTermCommitted()) {
            reads.join();
        }
    }

    private void append(Entry.Kind kind, byte[] payload) {
        replica.append(new Entry(replica.log.last() + 1, term, replica.logTime(), kind, payload));
    }

    private void refuse(long correlation, Refusal why) {
        replica.out.add(new Effect.Refused(correlation, why, replica.self));
    }
}
