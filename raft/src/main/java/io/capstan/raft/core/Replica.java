package io.capstan.raft.core;

import org.jspecify.annotations.Nullable;

/**
 * What a member is, whatever its role: term and vote, log, configuration, commit and apply marks.
 *
 * <p>The handlers of roles and messages work on it; only this class changes term, vote and role, each change complete
 * before it returns (akka-raft#58: a transition finished by a later message was overtaken by a command).
 */
final class Replica {
    private static final int COOL_DOWN_ELECTIONS = 3;

    final CoreSettings settings;
    final MemberId self;
    final RaftLog log;
    final Configurations configurations;
    final Outbox out = new Outbox();
    final Chance chance;

    private long term;
    private @Nullable MemberId vote;
    /** The write that made term and vote durable. */
    private long voteTicket;

    private Role role = Role.FOLLOWER;
    private @Nullable MemberId leaderId;
    private long commit;
    private long committedConfiguration;
    /** The tick from which on a disk that was sick counts as well again. */
    private long wellFrom;

    long now;
    long tick;
    /** When this member appended its last entry: log time goes on from there. */
    private long appendedAt;

    Replica(CoreSettings settings, MemberId self, LogStore store, long seed, long now) {
        this.settings = settings;
        this.self = self;
        this.now = now;
        log = new RaftLog(store);
        configurations = new Configurations(log, settings.limits().cacheBytes());
        chance = new Chance(seed);
        term = store.hardState().term();
        vote = store.hardState().vote();
        commit = log.snapshot().index();
        committedConfiguration = log.snapshot().configurationIndex();
        appendedAt = now;
        if (log.lastTerm() > term) {
            // openraft io_ordering: an entry durable before its term lets one term have two leaders.
            throw new IllegalStateException("the log ends in term " + log.lastTerm() + ", the term stored is " + term);
        }
    }

    long term() {
        return term;
    }

    Role role() {
        return role;
    }

    @Nullable
    MemberId leaderId() {
        return leaderId;
    }

    long commit() {
        return commit;
    }

    boolean isVoter() {
        return configurations.latest().isVoter(self);
    }

    /** Whether term and vote as they are now would survive a crash. */
    boolean isVoteDurable() {
        return out.isVoteDurable(voteTicket);
    }

    /** Whether a write has been on its way for so long that the disk must be called sick. */
    boolean isStalled() {
        return out.waiting(tick) > settings.timing().stall();
    }

    /**
     * Whether the disk is well and has been for a while. A member that came back at once would be elected, stall and step
     * aside again, for ever (hashicorp#614); so the others have the time of a few elections to find a leader whose disk
     * is better.
     */
    boolean isWell() {
        return tick >= wellFrom && !isStalled();
    }

    /** Whether this member should lead if it can: a voter that is well. */
    boolean isFitToLead() {
        return isWell() && configurations.mayVote(self, commit);
    }

    boolean isLearner() {
        Member member = configurations.latest().find(self);
        return member != null && !member.votes();
    }

    /** Time passes by a tick. */
    void tick() {
        tick++;
        if (isStalled()) {
            wellFrom = tick + (long) COOL_DOWN_ELECTIONS * settings.timing().electionMax();
        }
    }

    long logTime() {
        return log.lastTime() + Math.max(0, now - appendedAt);
    }

    /** A later term, or this one again after leading or campaigning in it; the vote of a term is never taken back. */
    void becomeFollower(long newTerm, @Nullable MemberId leader) {
        if (newTerm < term) {
            throw new IllegalStateException("term " + newTerm + " after " + term);
        }
        if (newTerm > term) {
            setTermAndVote(newTerm, null);
        }
        role = Role.FOLLOWER;
        leaderId = leader;
    }

    void becomePreCandidate() {
        role = Role.PRE_CANDIDATE;
        leaderId = null;
    }

    /** The next term, with one's own vote (§5.2). */
    void becomeCandidate() {
        setTermAndVote(term + 1, self);
        role = Role.CANDIDATE;
        leaderId = null;
    }

    void becomeLeader() {
        if (role != Role.CANDIDATE) {
            throw new IllegalStateException("a " + role + " became leader of term " + term);
        }
        role = Role.LEADER;
        leaderId = self;
    }

    /** Whether {@code candidate} may have this term's vote: first come, first served (§5.2). */
    boolean canVoteFor(MemberId candidate) {
        return vote == null ? leaderId == null : vote.equals(candidate);
    }

    void voteFor(MemberId candidate) {
        if (!candidate.equals(vote)) {
            setTermAndVote(term, candidate);
        }
    }

    void learnLeader(MemberId leader) {
        if (leaderId != null && !leaderId.equals(leader)) {
            throw new IllegalStateException("two leaders in term " + term + ": " + leaderId + " and " + leader);
        }
        leaderId = leader;
    }

    void append(Entry entry) {
        log.append(entry);
        appendedAt = now;
        if (entry.kind() == Entry.Kind.CONFIGURATION) {
            configurations.append(entry);
            tellConfiguration(false);
        }
    }

    /** Makes room for the leader's entries. */
    void truncate(long from) {
        if (from <= commit) {
            // openraft 9540c904: a late message cut committed entries off.
            throw new IllegalStateException("entry " + from + " would be cut off, " + commit + " is committed");
        }
        log.truncate(from);
        appendedAt = now;
        if (configurations.truncate(from)) {
            tellConfiguration(configurations.index() <= commit);
        }
    }

    void install(SnapshotMeta snapshot) {
        if (snapshot.index() <= commit) {
            throw new IllegalStateException("snapshot " + snapshot.index() + " installed over commit " + commit);
        }
        log.reset(snapshot);
        configurations.reset(snapshot);
        appendedAt = now;
        commit = snapshot.index();
        committedConfiguration = snapshot.configurationIndex();
        tellConfiguration(true);
    }

    /** Raises the commit mark; it never falls, and never passes the log. */
    void commitTo(long index) {
        if (index <= commit) {
            return;
        }
        if (index > log.last()) {
            throw new IllegalStateException("commit " + index + " is beyond the log's end at " + log.last());
        }
        commit = index;
        long configuration = configurations.index();
        if (configuration > committedConfiguration && configuration <= commit) {
            committedConfiguration = configuration;
            tellConfiguration(true);
        }
    }

    /** Whether the configuration in force is committed. */
    boolean isConfigurationCommitted() {
        return configurations.index() <= commit;
    }

    /** Term and vote, together always (hashicorp#661). */
    private void setTermAndVote(long newTerm, @Nullable MemberId newVote) {
        if (newTerm < term || (newTerm == term && vote != null)) {
            throw new IllegalStateException("term " + newTerm + ", vote " + newVote + " after " + term + ", " + vote);
        }
        term = newTerm;
        vote = newVote;
        voteTicket = out.nextTicket();
        out.hardState(new HardState(newTerm, newVote));
    }

    private void tellConfiguration(boolean committed) {
        out.add(new Effect.ConfigurationChanged(configurations.index(), configurations.latest(), committed));
    }
}
