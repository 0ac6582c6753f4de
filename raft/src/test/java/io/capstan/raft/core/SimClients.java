package io.capstan.raft.core;

import io.capstan.testkit.history.CasRegister;
import io.capstan.testkit.history.CasRegister.Request;
import io.capstan.testkit.history.History;
import io.capstan.testkit.history.Linearizability;
import io.capstan.testkit.history.Operation;
import io.capstan.testkit.history.Verdict;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The clients of a simulated group, what they saw of it, and whether one copy of it could have shown them the same.
 *
 * <p>The group holds registers. The first command of a proposal writes the proposal's own number, which is never written
 * twice, and a read sees the register of the member that answers it, as it is then.
 */
final class SimClients {
    /** A number in a register, from that entry on. */
    private record Written(long index, long value) {}

    private static final int REGISTERS = 8;
    private static final long JUDGE_STEPS_MAX = 2_000_000;

    private final SimWorld world;
    private final SplittableRandom random;
    private final History<Request, Object> history;
    private final Map<Long, History<Request, Object>.Call> calls = new HashMap<>();
    private final Map<String, List<Written>> registers = new HashMap<>();
    private long correlations;
    private boolean rest;
    private long onlyReadsUntil;

    SimClients(SimWorld world, long seed) {
        this.world = world;
        random = new SplittableRandom(seed ^ 0x636c69656e7473L);
        history = new History<>(world.simulation::nanos);
    }

    /** They ask any member for anything, every few milliseconds, until told to rest. */
    void start() {
        world.simulation.at(Duration.ofMillis(1 + random.nextInt(20)), () -> {
            if (!rest) {
                ask(someone());
                start();
            }
        });
    }

    void rest() {
        rest = true;
    }

    boolean isAtRest() {
        return rest;
    }

    /** Nothing is written for a while, so that nobody's log falls behind. */
    void onlyReads(Duration time) {
        onlyReadsUntil = world.simulation.nanos() + time.toNanos();
    }

    /** A number for a request that is no proposal; told apart by its sign. */
    long request() {
        return - ++correlations;
    }

    /** A number for a proposal that no client waits for. */
    long proposal() {
        return ++correlations;
    }

    /** Mostly one that believes to lead, and there may be two of those. */
    private String someone() {
        List<String> names = world.names;
        int start = random.nextInt(names.size());
        for (int i = 0; i < names.size() && random.nextInt(8) > 0; i++) {
            String name = names.get((start + i) % names.size());
            if (world.simulation.isUp(name) && world.member(name).core.status().role() == Role.LEADER) {
                return name;
            }
        }
        return names.get(start);
    }

    private void ask(String someone) {
        int kind = random.nextInt(40);
        List<String> names = world.names;
        // Every third read is for whoever is asked, mostly a follower.
        String name = kind >= 9 && kind < 14 ? names.get(random.nextInt(names.size())) : someone;
        if (!world.simulation.isUp(name)) {
            return;
        }
        SimMember member = world.member(name);
        if (kind == 0) {
            MemberId target = world.idOf(names.get(random.nextInt(names.size())));
            member.ask(new Input.TransferLeadership(request(), target));
        } else if (kind < 14 || world.simulation.nanos() < onlyReadsUntil) {
            read(member, random.nextBoolean());
        } else {
            write(member);
        }
    }

    void write(SimMember member) {
        long correlation = ++correlations;
        world.oracle.asks(correlation);
        invoke(correlation, new Request.Write(register(correlation), correlation));
        List<byte[]> commands = new ArrayList<>();
        commands.add(bytes(correlation));
        for (int i = random.nextInt(4); i > 0; i--) {
            commands.add(bytes(- ++correlations));
        }
        member.ask(new Input.Propose(correlation, commands));
    }

    void read(SimMember member, boolean lease) {
        long correlation = ++correlations;
        world.oracle.asks(correlation);
        invoke(correlation, new Request.Read(register(correlation)));
        member.ask(new Input.Read(correlation, lease));
    }

    private void invoke(long correlation, Request request) {
        calls.put(correlation, history.invoke(history.process(), request));
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** Which register that proposal writes, or that read reads. */
    private static String register(long correlation) {
        return "r" + correlation % REGISTERS;
    }

    /** The number that an entry writes into the register of that number; 0 if none. */
    private static long written(Entry entry) {
        if (entry.kind() != Entry.Kind.COMMAND || entry.payload().length != Long.BYTES) {
            return 0;
        }
        return Math.max(0, ByteBuffer.wrap(entry.payload()).getLong());
    }

    // ---- What they are told

    void wrote(long correlation) {
        ok(correlation, CasRegister.DONE);
    }

    /** A read is answered from the state after {@code index}; that all members have the same one there is checked. */
    void sees(long correlation, long index) {
        Object value = CasRegister.ABSENT;
        List<Written> writes = registers.getOrDefault(register(correlation), List.of());
        for (int i = writes.size() - 1; i >= 0 && value == CasRegister.ABSENT; i--) {
            value = writes.get(i).index() <= index ? writes.get(i).value() : CasRegister.ABSENT;
        }
        ok(correlation, value);
    }

    /** Told once of every entry, in order. */
    void committed(Entry entry) {
        long value = written(entry);
        if (value > 0) {
            registers
                    .computeIfAbsent(register(value), name -> new ArrayList<>())
                    .add(new Written(entry.index(), value));
        }
    }

    /** A refusal, and the news that another's entry stands where a proposal's was: it did not happen, and never will. */
    void fails(long correlation) {
        History<Request, Object>.Call call = calls.remove(correlation);
        if (call != null) {
            call.fail("");
        }
    }

    private void ok(long correlation, Object answer) {
        History<Request, Object>.Call call = calls.remove(correlation);
        if (call != null) {
            world.count("answers judged");
            call.ok(answer);
        }
    }

    // ---- The judge

    /** Demands that all answers together are linearizable (Herlihy and Wing, 1990). */
    void judge() {
        Set<Object> seen = new HashSet<>();
        List<Operation<Request, Object>> all = history.operations();
        all.forEach(each -> seen.add(Objects.requireNonNullElse(each.output(), "")));
        // A write without an answer that nobody saw explains nothing, and a read without one neither.
        List<Operation<Request, Object>> judged = all.stream()
                .filter(each ->
                        !each.isOpen() || (each.input() instanceof Request.Write write && seen.contains(write.value())))
                .toList();
        Verdict<Request, Object> verdict = Linearizability.check(new CasRegister(), judged, JUDGE_STEPS_MAX);
        if (verdict instanceof Verdict.Violation) {
            throw new AssertionError(verdict.toString());
        }
        world.count(verdict instanceof Verdict.Undecided ? "histories undecided" : "histories judged");
    }
}
