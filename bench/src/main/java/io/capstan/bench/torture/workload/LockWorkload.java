package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.raft.lock.Locks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Anything that is acquired and released: the workloads differ in what they ask for. */
final class LockWorkload extends KeyedWorkload {
    private static final Duration WAIT = Duration.ofMillis(900);
    private static final Duration TRY = Duration.ofSeconds(4);

    private static final String HOLDERS = "holders";

    private final boolean observes;
    private final BiConsumer<Random, ObjectNode> wanted;
    private final Supplier<Judge> judge;

    LockWorkload(
            String name, int locks, boolean observes, BiConsumer<Random, ObjectNode> wanted, Supplier<Judge> judge) {
        super(name, "locks", Locks.GROUP, new Turns(name + "-", locks));
        this.observes = observes;
        this.wanted = wanted;
        this.judge = judge;
    }

    @Override
    public Script script(int client, String node, Random random) {
        Holding holding = new Holding(random, name().equals("mutex"), () -> acquire(random));
        return observes && client % 3 == 0 ? new Looking(random) : holding;
    }

    private Ask acquire(Random random) {
        boolean waits = random.nextBoolean();
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("wait", waits);
        wanted.accept(random, what);
        return new Ask("acquire", keys.any(random), what, waits ? WAIT : TRY);
    }

    /** Asks its node who leads. */
    private final class Looking extends Paced {
        Looking(Random random) {
            super(random, 20);
        }

        @Override
        public Ask next() {
            return Ask.of("leader", keys.any(random));
        }
    }

    /** Locks are free or held as the clients left them: nobody has to ask for each. But who leads all have to say alike. */
    @Override
    public List<Ask> lastReads() {
        return observes ? super.lastReads() : List.of();
    }

    /** Who holds what, once that stands still for longer than times to live: nobody who is gone, for one. */
    @Override
    public List<Ask> ownReads() {
        return List.of(Ask.of(HOLDERS, ""));
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("leader", key);
    }

    @Override
    public Optional<Ask> copy() {
        return Optional.of(Ask.of("copy", ""));
    }

    @Override
    public Judge judge() {
        return judge.get();
    }
}
