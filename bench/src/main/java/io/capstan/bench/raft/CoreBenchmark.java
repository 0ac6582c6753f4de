package io.capstan.bench.raft;

import io.capstan.raft.core.CoreSettings;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.MemoryLogStore;
import io.capstan.raft.core.Message;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.Role;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.RaftFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one command costs the core of a leader, and a frame of commands its codec: without threads, sockets and disk. */
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoreBenchmark {
    private static final MemberId A = new MemberId("a", 1);
    private static final MemberId B = new MemberId("b", 1);
    private static final MemberId C = new MemberId("c", 1);
    private static final int COMMAND_BYTES = 256;
    private static final int TOGETHER = 64;
    private static final int COMPACT_EVERY = 1 << 14;
    private static final int ELECTION_TICKS = 20;
    private static final CoreSettings SETTINGS = new CoreSettings(
            new CoreSettings.Timing(3, 10, ELECTION_TICKS, 5, 30, 70),
            new CoreSettings.Windows(1_000, 1 << 20, 8_000, 8 << 20),
            new CoreSettings.Limits(1 << 16, 10_000, 1 << 24, 1 << 20, 1 << 20),
            new CoreSettings.Snapshots(1 << 16, 1 << 20, 0));

    private final Deque<Input> inputs = new ArrayDeque<>();
    private MemoryLogStore store;
    private RaftCore core;
    private List<byte[]> one;
    private List<byte[]> many;
    private RaftFrame frame;
    private byte[] bytes;
    private long applied;
    private long compacted;

    /** Elects it, with two followers that say yes to everything at once. */
    @Setup
    public void start() {
        store = new MemoryLogStore();
        core = new RaftCore(SETTINGS, A, store, 1, 0);
        play(new Input.Bootstrap(0, List.of(A, B, C)));
        for (int i = 0; i < 2 * ELECTION_TICKS && core.status().role() != Role.LEADER; i++) {
            play(new Input.Tick());
        }
        one = List.of(new byte[COMMAND_BYTES]);
        many = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            many.add(new byte[COMMAND_BYTES]);
            entries.add(new Entry(7 + i, 3, 1_000, Entry.Kind.COMMAND, new byte[COMMAND_BYTES]));
        }
        frame = new RaftFrame(
                "bench", new GroupId(1, 2), 1, 2, 1, new Message.Append(3, 4, 5, 6, 3, 6, List.copyOf(entries)));
        bytes = frame.toBytes();
    }

    /** Does what the core asks for, until it asks for nothing more. */
    private long play(Input first) {
        inputs.add(first);
        for (Input next = inputs.poll(); next != null; next = inputs.poll()) {
            for (Effect effect : core.step(0, next)) {
                perform(effect);
            }
        }
        if (applied - compacted > COMPACT_EVERY) {
            compacted = applied;
            play(new Input.SnapshotTaken(compacted));
        }
        return applied;
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Persist persist) {
            store.write(persist);
            inputs.add(new Input.Persisted(persist.ticket()));
        } else if (effect instanceof Effect.Compact compact) {
            store.write(compact);
        } else if (effect instanceof Effect.Apply apply) {
            applied = apply.entries().get(apply.entries().size() - 1).index();
            inputs.add(new Input.Applied(applied));
        } else if (effect instanceof Effect.Send send) {
            answer(send);
        }
    }

    private void answer(Effect.Send send) {
        if (send.message() instanceof Message.PreVote ask) {
            inputs.add(new Input.Received(send.to(), A, new Message.PreVoteReply(ask.term(), true)));
        } else if (send.message() instanceof Message.Vote ask) {
            inputs.add(new Input.Received(send.to(), A, new Message.VoteReply(ask.term(), true)));
        } else if (send.message() instanceof Message.Append append) {
            inputs.add(new Input.Received(
                    send.to(),
                    A,
                    new Message.Appended(
                            append.term(),
                            append.session(),
                            append.round(),
                            append.prevIndex() + append.entries().size())));
        }
    }

    /** Proposed, stored, sent to two, acknowledged by both, committed and handed to the state machine. */
    @Benchmark
    public long coreStepsOfACommand() {
        return play(new Input.Propose(1, one));
    }

    /** The same of 64 together. */
    @Benchmark
    public long coreStepsOf64Commands() {
        return play(new Input.Propose(1, many));
    }

    /** A frame of 64 entries of 256 bytes. */
    @Benchmark
    public byte[] encodeFrameOf64() {
        return frame.toBytes();
    }

    /** The same, read. */
    @Benchmark
    public RaftFrame decodeFrameOf64() {
        return RaftFrame.of(bytes);
    }
}
