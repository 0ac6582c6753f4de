package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees the whole cluster and holds it to figure 3 of the paper, after every step: election safety, leader append-only,
 * log matching, leader completeness, state machine safety; and to what the package promises beyond: one vote per term
 * whatever crashes, nothing said before it is durable, commit never falling, changes of membership one at a time, and
 * clients' histories linearizable.
 */
final class Oracle {
    /** An entry's place; two entries of one place and term are the same, and so is all before them. */
    private record Place(long index, long term) {}

    private record Ballot(MemberId voter, long term) {}

    private final SimWorld world;
    private final Map<Long, MemberId> leaders = new HashMap<>();
    private final Map<MemberId, Long> leading = new HashMap<>();
    private final Map<Place, Long> chains = new HashMap<>();
    private final Map<Ballot, MemberId> ballots = new HashMap<>();
    private final Map<MemberId, Long> promisedTerms = new HashMap<>();
    private final Map<MemberId, Long> commits = new HashMap<>();
    /** Of every request: the highest index that anybody had been told of when it was made. */
    private final Map<Long, Long> floors = new HashMap<>();
    /** Who has written a configuration or cut one off in the step being made. */
    private @Nullable MemberId reconfigured;
    /** The committed entries of the whole group, by index - 1; no later than in which term; the state after each. */
    private final List<Entry> committed = new ArrayList<>();

    private final List<Long> committedIn = new ArrayList<>();
    private final List<Long> states = new ArrayList<>();
    private long acknowledged;
    private Configuration configuration = Configuration.BLANK;

    Oracle(SimWorld world) {
        this.world = world;
    }

    /** Highest index that some client was told of. */
    long acknowledged() {
        return acknowledged;
    }

    long committedIndex() {
        return committed.size();
    }

    void started(SimMember member) {
        commits.put(member.id, 0L);
        leading.remove(member.id);
        long term = member.core.status().term();
        check(
                term >= promisedTerms.getOrDefault(member.id, 0L),
                () -> member.id + " came back in term " + term + " but had promised " + promisedTerms.get(member.id));
    }

    /** After each step of a member. */
    void stepped(SimMember member) {
        RaftStatus status = member.core.status();
        if (member.id.equals(reconfigured)) {
            reconfigured = null;
            goesByItsLog(member, status);
        }
        if (status.role() == Role.LEADER) {
            MemberId known = leaders.putIfAbsent(status.term(), member.id);
            if (known == null) {
                world.count("leaders");
                leaderIsComplete(member, status.term());
            }
            // A leadership is begun, its first entry appended, in the step that decided it (akka-raft#58).
            check(
                    endsInTerm(member.live, status.term()),
                    () -> member.id + " leads term " + status.term() + " and has not begun to");
            check(
                    known == null || known.equals(member.id),
                    () -> "two leaders in term " + status.term() + ": " + known + " and " + member.id);
        }
        long before = Objects.requireNonNull(commits.put(member.id, status.commitIndex()));
        // As a leader before this step already: a step of many inputs may raise it as a follower first.
        long led = leading.getOrDefault(member.id, 0L);
        leading.put(member.id, status.role() == Role.LEADER ? status.term() : 0L);
        if (status.role() == Role.LEADER && status.commitIndex() > before && led == status.term()) {
            committedByLeader(member, status);
        }
        check(status.commitIndex() >= before, () -> member.id + " lowered its commit from " + before + " to " + status);
        check(
                status.lastIndex() == member.live.lastIndex(),
                () -> member.id + " thinks of a log up to " + status.lastIndex() + " and wrote up to "
                        + member.live.lastIndex());
    }

    private static boolean endsInTerm(MemoryLogStore log, long term) {
        long last = log.lastIndex();
        return (last < log.firstIndex() ? log.snapshot().term() : log.term(last)) == term;
    }

    /** The newest configuration in the log is in force, whatever was cut off (§6; ra bb04b866). */
    private static void goesByItsLog(SimMember member, RaftStatus status) {
        long newest = configurationBefore(member.live, member.live.lastIndex());
        check(
                status.configurationIndex() == newest,
                () -> member.id + " goes by configuration " + status.configurationIndex() + ", its log's is " + newest);
    }

    /** What a leader calls committed is of its own term (§5.4.2), and durable on a majority. */
    private void committedByLeader(SimMember member, RaftStatus status) {
        long index = status.commitIndex();
        check(
                member.live.term(index) == status.term(),
                () -> member.id + " of term " + status.term() + " commits " + index + "/" + member.live.term(index));
        int holders = 0;
        for (Member voter : status.configuration().members()) {
            if (voter.votes() && world.holds(voter.id(), index, status.term())) {
                holders++;
            }
        }
        int durableOn = holders;
        check(
                durableOn >= status.configuration().quorum(),
                () -> member.id + " commits " + index + " that is durable on " + durableOn + " only");
    }

    /**
     * Leader completeness: whatever was committed in a term is in the log of every leader of a later one. (A winner may
     * learn of its election when others are long beyond its term.)
     */
    private void leaderIsComplete(SimMember member, long term) {
        MemoryLogStore log = member.live;
        for (int i = committed.size() - 1; i >= 0; i--) {
            long index = i + 1L;
            if (index < log.firstIndex() || committedIn.get(i) >= term) {
                continue;
            }
            Entry entry = committed.get(i);
            check(
                    index <= log.lastIndex() && log.term(index) == entry.term(),
                    () -> member.id + " leads term " + term + " without " + entry + ", committed in term "
                            + committedIn.get((int) index - 1));
        }
    }

    /**
     * Configuration safety, at the leader that makes a change: it has committed an entry of its own term, and the change
     * before it (thesis §4.1 and Ongaro's correction of 2015), so that any two majorities that may decide anything meet.
     */
    private void reconfigures(SimMember member, Effect.Persist persist, Entry entry) {
        RaftStatus status = member.core.status();
        boolean makesIt = status.role() == Role.LEADER && entry.term() == status.term() && entry.index() > 1;
        if (!makesIt) {
            return;
        }
        long commit = status.commitIndex();
        MemoryLogStore log = member.live;
        long committedTerm = commit < log.firstIndex() ? log.snapshot().term() : log.term(commit);
        check(
                committedTerm == status.term(),
                () -> member.id + " changes the configuration before an entry of its term " + status.term()
                        + " is committed; commit " + commit + "/" + committedTerm);
        long before = configurationBefore(log, Math.min(log.lastIndex(), entry.index() - 1));
        for (Entry other : persist.entries()) {
            boolean isBetween = other.kind() == Entry.Kind.CONFIGURATION && other.index() < entry.index();
            check(!isBetween || other.index() <= commit, () -> member.id + " makes two changes at once");
        }
        check(
                before <= commit,
                () -> member.id + " makes a change at " + entry.index() + " when the one at " + before
                        + " is not committed; commit " + commit);
    }

    /** Where the configuration in force at {@code index} stands. */
    private static long configurationBefore(MemoryLogStore log, long index) {
        for (long at = index; at >= log.firstIndex() && at > log.snapshot().index(); at--) {
            if (log.entries(at, at, 1).get(0).kind() == Entry.Kind.CONFIGURATION) {
                return at;
            }
        }
        return log.snapshot().configurationIndex();
    }

    /** What the state machine gets is durable here, or its snapshots could be ahead of its log (ra ffe3016a). */
    void handsOut(SimMember member, Effect.Apply apply) {
        Entry last = apply.entries().get(apply.entries().size() - 1);
        MemoryLogStore disk = member.durable();
        check(
                disk.lastIndex() >= last.index()
                        && (last.index() < disk.firstIndex() || disk.term(last.index()) == last.term()),
                () -> member.id + " hands out " + last + ", its disk ends at " + disk.lastIndex());
    }

    /** Log matching, and nobody cuts off what is committed. */
    void writes(SimMember member, Effect.Persist persist) {
        SnapshotMeta snapshot = persist.snapshot();
        if (snapshot != null) {
            world.count("snapshots installed");
        }
        long cut = persist.truncateFrom();
        if (cut > 0) {
            world.count("truncations");
            check(
                    cut > Objects.requireNonNull(commits.get(member.id)),
                    () -> member.id + " cuts off what it knows committed: " + cut);
        }
        if (cut > 0 || snapshot != null) {
            reconfigured = member.id;
        }
        for (Entry entry : persist.entries()) {
            if (entry.kind() == Entry.Kind.CONFIGURATION) {
                reconfigured = member.id;
                reconfigures(member, persist, entry);
            }
            long index = entry.index();
            long before = chainBefore(member, persist, index);
            long chain = mix(before, mix(entry.term(), hash(entry)));
            Long known = chains.putIfAbsent(new Place(index, entry.term()), chain);
            check(known == null || known == chain, () -> "logs differ at or before " + entry + " of " + member.id);
        }
    }

    private long chainBefore(SimMember member, Effect.Persist persist, long index) {
        if (index == 1) {
            return 0;
        }
        long previousTerm;
        SnapshotMeta snapshot = persist.snapshot();
        long first = persist.entries().get(0).index();
        if (index > first) {
            previousTerm = persist.entries().get((int) (index - 1 - first)).term();
        } else if (snapshot != null) {
            previousTerm = snapshot.term();
        } else if (index - 1 >= member.live.firstIndex()) {
            previousTerm = member.live.term(index - 1);
        } else {
            previousTerm = member.live.snapshot().term();
        }
        return Objects.requireNonNull(chains.get(new Place(index - 1, previousTerm)));
    }

    /** Whatever a message promises is on the sender's disk. */
    void sends(SimMember member, Message message, MemberId to) {
        MemoryLogStore disk = member.durable();
        if (message instanceof Message.VoteReply reply && reply.granted()) {
            MemberId other = ballots.putIfAbsent(new Ballot(member.id, reply.term()), to);
            check(other == null || other.equals(to), () -> member.id + " voted twice in term " + reply.term());
            promise(member, reply.term());
            check(
                    disk.hardState().equals(new HardState(reply.term(), to)),
                    () -> member.id + " tells of a vote that is not durable: " + reply + ", disk has "
                            + disk.hardState());
        } else if (message instanceof Message.Vote vote) {
            MemberId other = ballots.putIfAbsent(new Ballot(member.id, vote.term()), member.id);
            check(
                    other == null || other.equals(member.id),
                    () -> member.id + " campaigns in term " + vote.term() + " after a vote for " + other);
            promise(member, vote.term());
            check(
                    disk.hardState().equals(new HardState(vote.term(), member.id)),
                    () -> member.id + " campaigns before its own vote is durable: " + vote);
        } else if (message instanceof Message.Appended appended) {
            promise(member, appended.term());
            check(
                    disk.hardState().term() >= appended.term() && disk.lastIndex() >= appended.matchIndex(),
                    () -> member.id + " acknowledges what is not durable: " + appended + ", disk ends at "
                            + disk.lastIndex());
            check(
                    isOnDisk(member, appended.matchIndex()),
                    () -> member.id + " acknowledges " + appended + ", its disk has another entry there");
        } else if (message instanceof Message.TimeoutNow && member.core.status().role() == Role.LEADER) {
            check(
                    world.holds(
                            to, member.live.lastIndex(), member.core.status().term()),
                    () -> member.id + " hands over to " + to + ", which lacks entries");
        }
    }

    /** Whether the disk has, at that index, the entry of the log and not one that is about to be cut off. */
    private static boolean isOnDisk(SimMember member, long index) {
        MemoryLogStore disk = member.durable();
        return index < Math.max(disk.firstIndex(), member.live.firstIndex())
                || index > member.live.lastIndex()
                || disk.term(index) == member.live.term(index);
    }

    private void promise(SimMember member, long term) {
        promisedTerms.merge(member.id, term, Math::max);
    }

    /** State machine safety. Returns the state after the entry. */
    long apply(SimMember member, Entry entry, long state) {
        long index = entry.index();
        check(
                index == member.appliedIndex() + 1,
                () -> member.id + " applies " + entry + " after " + member.appliedIndex());
        check(index <= committed.size() + 1, () -> member.id + " applies " + entry + " beyond " + committed.size());
        if (index == committed.size() + 1) {
            long previousTime = committed.isEmpty()
                    ? 0
                    : committed.get(committed.size() - 1).time();
            check(entry.time() >= previousTime, () -> "log time falls at " + entry);
            committed.add(entry);
            world.clients.committed(entry);
            committedIn.add(member.core.status().term());
            states.add(mix(state, hash(entry)));
            world.count("entries committed");
            if (entry.kind() == Entry.Kind.CONFIGURATION) {
                differsByOne(Configuration.of(entry.payload()));
            }
        }
        check(
                committed.get((int) index - 1).equals(entry),
                () -> member.id + " applies " + entry + " where " + committed.get((int) index - 1) + " is committed");
        long after = states.get((int) index - 1);
        check(after == mix(state, hash(entry)), () -> member.id + " has another state before " + entry);
        return after;
    }

    /** Single-server changes: of two consecutive configurations every two majorities meet (thesis §4.1). */
    private void differsByOne(Configuration next) {
        Configuration before = configuration;
        configuration = next;
        long differences = before.members().stream()
                        .filter(member -> member.votes() && !next.isVoter(member.id()))
                        .count()
                + next.members().stream()
                        .filter(member -> member.votes() && !before.isVoter(member.id()))
                        .count();
        if (!before.members().isEmpty()) {
            world.count("membership changes");
            check(differences <= 1, () -> "from " + before + " to " + next);
        }
    }

    void restored(SimMember member, SnapshotMeta snapshot) {
        check(
                member.state() == states.get((int) snapshot.index() - 1),
                () -> member.id + " was restored to a state that never was, of " + snapshot);
    }

    // ---- Clients
    //
    // An operation takes place at an index of the log: a write at its entry's, a read at the one it is answered from. A
    // history is linearizable if no operation stands before one that had ended when it began (Herlihy and Wing, 1990);
    // that all replicas see one log is checked above.

    void asks(long correlation) {
        floors.put(correlation, acknowledged);
    }

    void accepted(Effect.Accepted accepted) {
        world.count(accepted.correlation() < 0 ? "requests accepted" : "proposals accepted");
    }

    void acknowledged(Effect.Accepted write) {
        check(
                write.firstIndex() > floors.getOrDefault(write.correlation(), 0L),
                () -> write + " was asked for when " + floors.get(write.correlation()) + " was acknowledged already");
        acknowledged = Math.max(acknowledged, write.firstIndex());
    }

    void readReady(SimMember member, Effect.ReadReady ready) {
        long floor = Objects.requireNonNull(floors.remove(ready.correlation()), "a read answered twice");
        world.count(member.core.status().role() == Role.LEADER ? "reads" : "reads at followers");
        check(
                ready.index() >= floor,
                () -> member.id + " answers a read from " + ready.index() + ", " + floor
                        + " was acknowledged before it");
        acknowledged = Math.max(acknowledged, ready.index());
    }

    void refused(Effect.Refused refused) {
        floors.remove(refused.correlation());
        world.count("refused " + refused.why());
    }

    static long hash(Entry entry) {
        return mix(entry.index() * 31 + entry.kind().code(), java.util.Arrays.hashCode(entry.payload()));
    }

    private static long mix(long a, long b) {
        long z = (a ^ (b * 0x9E3779B97F4A7C15L)) + 0x632BE59BD9B4E019L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return z ^ (z >>> 27);
    }

    private static void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }
}
