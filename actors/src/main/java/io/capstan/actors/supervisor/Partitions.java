package io.capstan.actors.supervisor;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * As many equal children as one likes, each for its share of the keys: Elixir's {@code PartitionSupervisor}. What one
 * actor would be too slow for is spread over several, and one key always meets the same.
 *
 * <p>Thread-safe; a lookup takes no lock and sends no message.
 *
 * @param <T> the children's messages
 */
public final class Partitions<T> {
    /** Most partitions. */
    public static final int COUNT_MAX = 10_000;

    private final AtomicReferenceArray<ActorRef<T>> refs;
    private final IntFunction<? extends Behavior<T>> behavior;

    private Partitions(int count, IntFunction<? extends Behavior<T>> behavior) {
        this.refs = new AtomicReferenceArray<>(count);
        this.behavior = behavior;
    }

    /**
     * Partitions by number.
     *
     * @param count 1 to {@link #COUNT_MAX}; as many as there are cores is a good start
     * @param behavior makes the child of each number, 0 to {@code count} − 1, at each of its starts
     */
    public static <T> Partitions<T> of(int count, IntFunction<? extends Behavior<T>> behavior) {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("1 to " + COUNT_MAX + " partitions, got " + count);
        }
        return new Partitions<>(count, behavior);
    }

    /** Their supervisor: a child that fails is restarted alone. Start it once. */
    public Behavior<Supervisor.Command> supervisor(Intensity intensity) {
        ChildSpec<?>[] children = new ChildSpec<?>[refs.length()];
        for (int i = 0; i < children.length; i++) {
            int number = i;
            children[i] = ChildSpec.<T>permanent("partition-" + i, () -> behavior.apply(number))
                    .whenStarted(ref -> refs.set(number, ref));
        }
        return Supervisor.create(Strategy.ONE_FOR_ONE, intensity, children);
    }

    /** How many there are. */
    public int count() {
        return refs.length();
    }

    /**
     * The child of {@code key}. Ask anew for each message: a restarted child is another process.
     *
     * @throws IllegalStateException when it has not started for the first time yet
     */
    public ActorRef<T> of(Object key) {
        int hash = key.hashCode();
        // As hash maps do: keys whose hash differs in its upper half only would all meet in one partition.
        int number = Math.floorMod(hash ^ (hash >>> 16), refs.length());
        ActorRef<T> ref = refs.get(number);
        if (ref == null) {
            throw new IllegalStateException("partition " + number + " has not started: start the supervisor first");
        }
        return ref;
    }
}
