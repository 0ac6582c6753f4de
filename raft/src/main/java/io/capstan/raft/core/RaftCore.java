package io.capstan.raft.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One member of one group: inputs in, ordered effects out. Deterministic; one thread at a time. */
public final class RaftCore {
    private final Replica replica;
    private final Elections elections;
    private final Follower follower;
    private final SnapshotReceiver snapshots;
    private final ForwardedReads forwarded;
    private final Applying applying;
    private @Nullable Leader leader;
    private Effect.RoleChanged told;
    private boolean resting;

    /**
     * A member as its store remembers it.
     *
     * @param seed of all its chance (election timeouts, the names of its questions); different on every member and start
     * @param now monotonic milliseconds since any moment; never falls between calls
     */
    public RaftCore(CoreSettings settings, MemberId self, LogStore store, long seed, long now) {
        replica = new Replica(settings, self, store, seed, now);
        elections = new Elections(replica);
        follower = new Follower(replica);
        snapshots = new SnapshotReceiver(replica, follower);
        forwarded = new ForwardedReads(replica, new Chance(~seed));
        applying = new Applying(replica);
        told = new Effect.RoleChanged(Role.FOLLOWER, replica.term(), null);
    }

    /** One input. */
    public List<Effect> step(long now, Input input) {
        return step(now, List.of(input));
    }

    /**
     * Whatever is waiting, in order, with one write and one message per peer for all of it: the natural batch.
     *
     * @param now monotonic milliseconds; stamps entries and measures leases, nothing else
     * @return the effects, to be begun in this order
     * @throws IllegalStateException when an invariant is broken: a bug, and this object is not to be used any more
     */
    public List<Effect> step(long now, List<Input> inputs) {
        replica.now = Math.max(now, replica.now);
        for (Input input : inputs) {
            accept(input);
            followRole();
        }
        Leader leading = leader;
        if (leading != null) {
            leading.settle();
            followRole();
            resting |= leading == leader && leading.isRestAgreed();
        }
        follower.answer();
        forwarded.settle();
        tellRole();
        replica.out.write(replica.log, replica.tick);
        replica.out.release(replica.term());
        applying.proceed();
        replica.log.trimCache(applying.sent(), replica.settings.limits().cacheBytes());
        return replica.out.take();
    }

    /** Whether nothing happens here until something happens: ticks are ignored, and may be left out. */
    public boolean isResting() {
        return resting;
    }

    /** A look inside. */
    public RaftStatus status() {
        return new RaftStatus(
                replica.self,
                replica.role(),
                replica.term(),
                replica.leaderId(),
                replica.commit(),
                applying.applied(),
                replica.log.durable(),
                replica.log.last(),
                replica.log.first(),
                replica.configurations.index(),
                replica.configurations.latest());
    }

    /** What a leader knows of the other members; empty while this one does not lead. */
    public List<PeerStatus> peers() {
        Leader leading = leader;
        return leading == null ? List.of() : leading.peers();
    }

    /** The log time an entry would get if it were appended now; what time-outs of the state machine are measured in. */
    public long logTime(long now) {
        replica.now = Math.max(now, replica.now);
        return replica.logTime();
    }

    private void accept(Input input) {
        long term = replica.term();
        if (disturbs(input)) {
            disturbed(input);
        }
        handle(input);
        resting &= replica.term() == term;
    }

    private void handle(Input input) {
        if (input instanceof Input.Received received) {
            receive(received);
        } else if (input instanceof Input.Tick) {
            tick();
        } else if (input instanceof Input.Rest) {
            if (leader != null) {
                leader.rest();
            }
        } else if (input instanceof Input.Persisted persisted) {
            replica.out.persisted(persisted.ticket());
            replica.log.persisted(persisted.ticket());
        } else if (input instanceof Input.VotePersisted persisted) {
            replica.out.votePersisted(persisted.ticket());
        } else if (input instanceof Input.Applied applied) {
            applying.onApplied(applied.index());
        } else if (input instanceof Input.Unlinked unlinked) {
            unlinked(unlinked.peer());
        } else if (input instanceof Input.SnapshotTaken taken) {
            applying.onSnapshotTaken(taken.index(), leader == null ? Long.MAX_VALUE : leader.forgettable());
        } else if (input instanceof Input.ChunkStored stored) {
            snapshots.onStored(stored);
        } else if (input instanceof Input.Bootstrap bootstrap) {
            bootstrap(bootstrap);
        } else if (input instanceof Input.SnapshotRead read) {
            if (leader != null) {
                leader.onSnapshotRead(read);
            }
        } else {
            request(input);
        }
    }

    /** What is left to do when all is agreed, and the agreement itself, wake nobody. */
    private boolean disturbs(Input input) {
        if (input instanceof Input.Received received) {
            return disturbs(received);
        }
        return !(input instanceof Input.Tick
                || input instanceof Input.Persisted
                || input instanceof Input.VotePersisted
                || input instanceof Input.Applied
                || input instanceof Input.SnapshotTaken
                || input instanceof Input.Rest);
    }

    private boolean disturbs(Input.Received received) {
        Message message = received.message();
        boolean candidate = message instanceof Message.PreVote || message instanceof Message.Vote;
        // Who was removed, and does not know it, campaigns for ever: no group could rest beside it. All who rest agree
        // on a configuration that is committed, so whoever is not in it gets no vote anyway (thesis §4.2.3).
        boolean stranger = candidate && replica.configurations.latest().find(received.from()) == null;
        return received.to().equals(replica.self)
                && !stranger
                && !(message instanceof Message.Appended)
                && !(message instanceof Message.Rest);
    }

    private void disturbed(Input input) {
        if (leader != null) {
            leader.wake();
        } else if (resting) {
            elections.wake();
            MemberId believed = replica.leaderId();
            boolean heard =
                    input instanceof Input.Received received && received.from().equals(believed);
            if (believed != null && !heard) {
                // It may rest too; silent for an election timeout it would be taken for dead.
                replica.out.send(believed, new Message.Wake(replica.term()));
            }
        }
        resting = false;
    }

    /** What only a leader does. */
    private void request(Input input) {
        Leader leading = leader;
        if (input instanceof Input.Propose propose) {
            if (leading != null) {
                leading.propose(propose);
            } else {
                refuse(propose.correlation());
            }
        } else if (input instanceof Input.Read read) {
            if (leading != null) {
                leading.read(read);
            } else {
                forwarded.add(read);
            }
        } else if (input instanceof Input.ChangeMembers change) {
            if (leading != null) {
                leading.changeMembers(change);
            } else {
                refuse(change.correlation());
            }
        } else if (input instanceof Input.TransferLeadership transfer) {
            if (leading != null) {
                leading.transfer(transfer);
            } else {
                refuse(transfer.correlation());
            }
        } else {
            throw new IllegalStateException("nobody handles " + input);
        }
    }

    private void receive(Input.Received received) {
        // Meant for an earlier life of this member, whose promises this one does not know (openraft FAQ, NATS 2.12).
        if (!received.to().equals(replica.self)) {
            return;
        }
        MemberId from = received.from();
        Message message = received.message();
        if (message instanceof Message.Farewell) {
            unlinked(from);
        } else if (message instanceof Message.Vote vote) {
            elections.onVote(from, vote);
        } else if (message instanceof Message.PreVote preVote) {
            elections.onPreVote(from, preVote);
        } else if (message instanceof Message.PreVoteReply reply) {
            elections.onPreVoteReply(from, reply);
        } else if (message.term() < replica.term()) {
            receiveOld(from, message);
        } else {
            receiveCurrent(from, message);
        }
    }

    /** A leader that is over learns it from the answer; all else of an older term is nobody's business any more. */
    private void receiveOld(MemberId from, Message message) {
        if (message instanceof Message.Append || message instanceof Message.SnapshotChunk) {
            Message newer = new Message.AppendRefused(replica.term(), 0, 0, 0, 0, 0);
            replica.out.sendWhenDurable(replica.term(), from, newer);
        }
    }

    private void receiveCurrent(MemberId from, Message message) {
        if (message.term() > replica.term()) {
            // §5.1: whoever sees a later term follows it, whatever it was doing.
            replica.becomeFollower(message.term(), null);
            elections.restart();
            followRole();
        }
        if (message instanceof Message.Append append) {
            heardLeader(from);
            follower.onAppend(from, append);
        } else if (message instanceof Message.SnapshotChunk chunk) {
            heardLeader(from);
            snapshots.onChunk(from, chunk);
        } else if (message instanceof Message.Rest rest) {
            heardLeader(from);
            if (!follower.isOver(rest)) {
                // Whoever waits for an answer would wait for ever, as a resting member's patience does not end.
                resting = forwarded.isIdle() && follower.onRest(rest);
            }
        } else if (message instanceof Message.VoteReply reply) {
            elections.onVoteReply(from, reply);
        } else if (message instanceof Message.TimeoutNow) {
            elections.onTimeoutNow();
        } else if (message instanceof Message.ReadAnswer answer) {
            forwarded.onAnswer(answer);
        } else if (leader != null) {
            receiveAsLeader(leader, from, message);
        }
    }

    private static void receiveAsLeader(Leader leading, MemberId from, Message message) {
        if (message instanceof Message.Appended appended) {
            leading.onAppended(from, appended);
        } else if (message instanceof Message.AppendRefused refused) {
            leading.onAppendRefused(from, refused);
        } else if (message instanceof Message.SnapshotReply reply) {
            leading.onSnapshotReply(from, reply);
        } else if (message instanceof Message.ReadAsk ask) {
            leading.onReadAsk(from, ask);
        } else if (!(message instanceof Message.Wake)) { // That has been heard: a leader that wakes begins a round.
            throw new IllegalStateException("nobody handles " + message);
        }
    }

    /** This term has a leader, so nobody else campaigns in it (§5.2). */
    private void heardLeader(MemberId from) {
        if (replica.role() == Role.LEADER) {
            throw new IllegalStateException(from + " leads term " + replica.term() + ", and so does " + replica.self);
        }
        if (replica.role() != Role.FOLLOWER) {
            replica.becomeFollower(replica.term(), from);
        }
        replica.learnLeader(from);
        elections.heardLeader();
    }

    private void tick() {
        if (resting) {
            return; // Time that nobody has measured is no reason to doubt anybody.
        }
        replica.tick();
        forwarded.tick();
        if (leader != null) {
            leader.tick();
        } else {
            elections.tick();
        }
    }

    private void unlinked(MemberId peer) {
        if (leader != null) {
            leader.onUnlinked(peer);
        } else if (peer.equals(replica.leaderId())) {
            elections.leaderUnlinked();
        }
    }

    /** The first entry, the same on every voter that is told, whoever else is; term 1 belongs to it alone. */
    private void bootstrap(Input.Bootstrap asked) {
        if (replica.term() > 0 || replica.log.last() > 0 || !asked.voters().contains(replica.self)) {
            Refusal why = asked.voters().contains(replica.self) ? Refusal.NOT_BLANK : Refusal.INVALID_CHANGE;
            replica.out.add(new Effect.Refused(asked.correlation(), why, replica.leaderId()));
            return;
        }
        byte[] configuration = Configuration.bootstrap(asked.voters()).toBytes();
        replica.becomeFollower(1, null);
        replica.append(new Entry(1, 1, 0, Entry.Kind.CONFIGURATION, configuration));
        elections.restart();
        replica.out.add(new Effect.Accepted(asked.correlation(), 1, 1, 1));
    }

    /** Begins and ends leaderships, within the step that decided them. */
    private void followRole() {
        Leader leading = leader;
        if (leading != null && (replica.role() != Role.LEADER || replica.term() != leading.term())) {
            leading.end();
            leader = null;
            resting = false;
            elections.leadershipLost();
        }
        if (elections.isElected()) {
            replica.becomeLeader();
            leader = new Leader(replica);
        }
    }

    private void tellRole() {
        Effect.RoleChanged now = new Effect.RoleChanged(replica.role(), replica.term(), replica.leaderId());
        if (!now.equals(told)) {
            told = now;
            replica.out.add(now);
        }
    }

    private void refuse(long correlation) {
        replica.out.add(new Effect.Refused(correlation, Refusal.NOT_LEADER, replica.leaderId()));
    }
}
