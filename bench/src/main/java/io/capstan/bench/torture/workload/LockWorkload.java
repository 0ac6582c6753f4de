package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.raft.lock.Locks;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Anything that is acquired and released: the workloads differ in what they ask for. */
final class LockWorkload implements Workload {
    private static final Duration WAIT = Duration.ofMillis(900);
    private static final Duration TRY = Duration.ofSeconds(4);

    private final String name;
    private final Turns keys;
    private final boolean observes;
    private final BiConsumer<Random, ObjectNode> wanted;
    private final Supplier<Judge> judge;

    LockWorkload(
            String name, int locks, boolean observes, BiConsumer<Random, ObjectNode> wanted, Supplier<Judge> judge) {
        this.name = name;
        this.keys = new Turns(name + "-", locks);
        this.observes = observes;
        this.wanted = wanted;
        this.judge = judge;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String service() {
        return "locks";
    }

    @Override
    public String group() {
        return Locks.GROUP;
    }

    @Override
    public Script script(int client, String node, Random random) {
        Holding holding = new Holding(random, name.equals("mutex"), () -> acquire(random));
        return observes && client % 3 == 0 ? new Looking(random, keys) : holding;
    }

    private Ask acquire(Random random) {
        boolean waits = random.nextBoolean();
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("wait", waits);
        wanted.accept(random, what);
        return new Ask("acquire", keys.any(random), what, waits ? WAIT : TRY);
    }

    /** Asks its node who leads. */
    private record Looking(Random random, Turns keys) implements Script {
        @Override
        public Ask next() {
            return Ask.of("leader", keys.any(random));
        }

        @Override
        public Duration pause() {
            return Duration.ofMillis(20 + random.nextInt(60));
        }
    }

    @Override
    public void turn() {
        keys.turn();
    }

    @Override
    public List<Ask> lastReads() {
        return List.of();
    }

    @Override
    public Judge judge() {
        return judge.get();
    }
}
