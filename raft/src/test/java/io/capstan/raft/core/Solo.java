package io.capstan.raft.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One member, {@code a} of {@code a b c}, without others: a test plays them, and says when the disk is done. */
final class Solo {
    static final MemberId A = new MemberId("a", 1);
    static final MemberId B = new MemberId("b", 1);
    static final MemberId C = new MemberId("c", 1);
    static final CoreSettings SETTINGS = new CoreSettings(
            new CoreSettings.Timing(3, 10, 20, 5, 30, 70),
            new CoreSettings.Windows(4, 4_000, 8, 8_000),
            new CoreSettings.Limits(100, 20, 2_000, 10_000, 10_000),
            new CoreSettings.Snapshots(50, 200, 0));

    private final MemoryLogStore store;
    private final ArrayDeque<Effect.Persist> writes = new ArrayDeque<>();
    private final RaftCore core;
    private long now;

    private Solo(CoreSettings settings, MemoryLogStore store, long seed) {
        this.store = store;
        core = new RaftCore(settings, A, store, seed, 0);
    }

    /** A member that nobody has told of any group. */
    static Solo blank() {
        return new Solo(SETTINGS, new MemoryLogStore(), 1);
    }

    /** A follower whose durable log has entry 1, the configuration, and then one entry per given term. */
    static Solo follower(long... terms) {
        return follower(SETTINGS, terms);
    }

    static Solo follower(CoreSettings settings, long... terms) {
        MemoryLogStore store = new MemoryLogStore();
        List<Entry> entries = new ArrayList<>();
        byte[] configuration = Configuration.bootstrap(List.of(A, B, C)).toBytes();
        entries.add(new Entry(1, 1, 0, Entry.Kind.CONFIGURATION, configuration));
        long term = 1;
        for (long of : terms) {
            term = of;
            entries.add(entry(entries.size() + 1, of));
        }
        store.write(new Effect.Persist(0, new HardState(term, null), null, 0, entries));
        return new Solo(settings, store, 1);
    }

    /** A leader of the term after its log's last, with its first entry durable here and nowhere else. */
    static Solo leader(long... terms) {
        return leader(SETTINGS, terms);
    }

    static Solo leader(CoreSettings settings, long... terms) {
        Solo solo = follower(settings, terms);
        solo.tick(20);
        long term = solo.status().term() + 1;
        solo.receive(B, new Message.PreVoteReply(term, true));
        solo.disk();
        solo.receive(B, new Message.VoteReply(term, true));
        solo.disk();
        if (solo.status().role() != Role.LEADER) {
            throw new IllegalStateException("not elected: " + solo.status());
        }
        return solo;
    }

    static Entry entry(long index, long term) {
        return new Entry(index, term, 0, Entry.Kind.COMMAND, ("c" + index).getBytes(StandardCharsets.UTF_8));
    }

    static Message.Append append(long term, long round, long prevIndex, long prevTerm, long commit, Entry... entries) {
        return new Message.Append(term, 1, round, prevIndex, prevTerm, commit, List.of(entries));
    }

    /** Its next life, with what is on the disk. */
    Solo afterCrash() {
        return new Solo(SETTINGS, store.copy(), 2);
    }

    boolean isResting() {
        return core.isResting();
    }

    RaftStatus status() {
        return core.status();
    }

    /** Log time after so many milliseconds more. */
    long logTime(long later) {
        return core.logTime(now + later);
    }

    MemoryLogStore store() {
        return store;
    }

    long term() {
        return status().term();
    }

    List<Effect> step(Input... inputs) {
        return performed(core.step(now, List.of(inputs)));
    }

    List<Effect> receive(MemberId from, Message message) {
        return step(new Input.Received(from, A, message));
    }

    void tick(int times) {
        for (int i = 0; i < times; i++) {
            tickOnce();
        }
    }

    /** One, and what came of it. */
    List<Effect> tickOnce() {
        now += 20;
        return step(new Input.Tick());
    }

    /** The oldest write becomes durable. */
    List<Effect> diskOnce() {
        Effect.Persist persist = writes.remove();
        store.write(persist);
        return step(new Input.Persisted(persist.ticket()));
    }

    /** All writes become durable. */
    List<Effect> disk() {
        List<Effect> effects = new ArrayList<>();
        while (!writes.isEmpty()) {
            effects.addAll(diskOnce());
        }
        return effects;
    }

    /** What {@code effects} send to {@code to}, of one type. */
    static <M extends Message> List<M> sent(List<Effect> effects, MemberId to, Class<M> type) {
        List<M> sent = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send && send.to().equals(to) && type.isInstance(send.message())) {
                sent.add(type.cast(send.message()));
            }
        }
        return sent;
    }

    private List<Effect> performed(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                writes.add(persist);
            } else if (effect instanceof Effect.Compact compact) {
                store.write(compact);
            }
        }
        return effects;
    }
}
