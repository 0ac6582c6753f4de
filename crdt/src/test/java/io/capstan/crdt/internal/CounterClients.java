package io.capstan.crdt.internal;

import io.capstan.crdt.core.Deltas;
import io.capstan.testkit.sim.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who adds operations, new and old ones, and who resets and deletes, wherever they find a node. */
final class CounterClients {
    /** Of operations: long enough for a client to try again, and short beside the world's life. */
    static final Duration WINDOW = Duration.ofMillis(700);

    private final Simulation<?> world;
    private final Function<String, @Nullable Target> nodes;
    private final boolean repeating;
    /** How long they are kept; null for ever. */
    private final @Nullable Duration window;

    private final Map<Integer, Long> firstCalls = new HashMap<>();
    private int operations;
    private boolean calling = true;

    /** A node that can be called. */
    interface Target {
        /** Whether the node knows the operation, and has made every fold that was decided. */
        boolean isCurrentAndCounts(String id);

        void call(String id, Deltas deltas);

        default void reset(String counter, boolean delete) {
            throw new UnsupportedOperationException();
        }
    }

    CounterClients(
            Simulation<?> world,
            Function<String, @Nullable Target> nodes,
            boolean repeating,
            @Nullable Duration window) {
        this.world = world;
        this.nodes = nodes;
        this.repeating = repeating;
        this.window = window;
    }

    void stop() {
        calling = false;
    }

    boolean calling() {
        return calling;
    }

    private @Nullable Target anyNode() {
        List<String> names = world.names();
        return nodes.apply(names.get(world.random().nextInt(names.size())));
    }

    void callLater(int counters) {
        world.at(Duration.ofMillis(world.random().nextInt(5, 150)), () -> {
            if (calling) {
                call(counters);
                callLater(counters);
            }
        });
    }

    private void call(int counters) {
        boolean fresh = operations == 0 || !repeating || world.random().nextInt(3) > 0;
        int number = fresh ? operations++ : world.random().nextInt(operations);
        Target target = anyNode();
        if (target == null) {
            return;
        }
        String id = "operation-" + number;
        firstCalls.putIfAbsent(number, world.nanos());
        if (window != null && world.nanos() - firstCalls.get(number) >= window.toNanos()) {
            if (!target.isCurrentAndCounts(id)) {
                return; // It was forgotten, or may be: it would count again.
            }
            world.count("operations repeated after their window");
        }
        if (!fresh) {
            world.count("operations added again elsewhere");
        }
        // Some ids stand for two things: that is a caller's mistake, and must split nobody's view.
        int meaning = window == null && number % 20 == 0 ? world.random().nextInt(2) : 0;
        target.call(id, deltas(number, meaning, counters));
    }

    private static Deltas deltas(int number, int meaning, int counters) {
        return Deltas.of(Map.of(
                "counter-" + number % counters, number % 7 - 2L, "counter-" + (number + 1) % counters, 1L + meaning));
    }

    /** Of so many counters the first are deleted as well. */
    void resetLater(int resettable, int deletable) {
        world.at(Duration.ofMillis(world.random().nextInt(20, 600)), () -> {
            Target target = anyNode();
            if (calling && target != null) {
                int counter = world.random().nextInt(resettable);
                boolean delete = counter < deletable && world.random().nextInt(3) > 0;
                world.count(delete ? "deletions" : "resets");
                target.reset("counter-" + counter, delete);
            }
            if (calling) {
                resetLater(resettable, deletable);
            }
        });
    }
}
