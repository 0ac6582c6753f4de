package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.ElectionJudge;
import io.capstan.bench.torture.judge.MutexJudge;
import io.capstan.bench.torture.judge.PermitJudge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** All workloads, by the names that the command line knows. */
public final class Workloads {
    private static final int PERMITS = 3;
    private static final Map<String, Supplier<Workload>> ALL = new LinkedHashMap<>();

    static {
        add(Registers::new);
        add(Lists::new);
        add(() -> new LockWorkload("mutex", 3, false, (random, what) -> {}, MutexJudge::new));
        add(() -> new LockWorkload(
                "rwlock",
                2,
                false,
                (random, what) -> what.put("shared", random.nextInt(3) > 0),
                () -> new PermitJudge(PermitJudge.ALL)));
        add(() -> new LockWorkload(
                "semaphore",
                2,
                false,
                (random, what) -> what.put("units", 1 + random.nextInt(2)).put("of", PERMITS),
                () -> new PermitJudge(PERMITS)));
        add(() -> new LockWorkload("election", 1, true, (random, what) -> {}, ElectionJudge::new));
        add(QueueWorkload::new);
        add(CounterWorkload::new);
        add(NameWorkload::new);
        add(ConsistentNameWorkload::new);
        add(GroupWorkload::new);
        add(CrunchWorkload::new);
    }

    private Workloads() {}

    private static void add(Supplier<Workload> workload) {
        ALL.put(workload.get().name(), workload);
    }

    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** A fresh one; empty when nobody knows the name. */
    public static Optional<Workload> of(String name) {
        return Optional.ofNullable(ALL.get(name)).map(Supplier::get);
    }
}
