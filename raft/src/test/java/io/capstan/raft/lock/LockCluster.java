package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.get;
import static java.util.Objects.requireNonNull;

import io.capstan.raft.Cluster;
import io.capstan.raft.Consistency;
import io.capstan.raft.MemoryNetwork;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;

/** Three voters and a client, each with locks, and clocks that can be set ahead. */
final class LockCluster implements AutoCloseable {
    private final Map<String, Locks> locks = new ConcurrentHashMap<>();
    /** How far a node's clocks are ahead, in nanoseconds: the monotonic one's and the wall clock's. */
    private final Map<String, AtomicLong> monotonic = new ConcurrentHashMap<>();

    private final Map<String, AtomicLong> wall = new ConcurrentHashMap<>();
    private final Cluster cluster;

    LockCluster() {
        this("");
    }

    /** With more configuration. */
    LockCluster(String configuration) {
        cluster = new Cluster(
                "capstan.raft.voters = [s1, s2, s3]\n" + configuration,
                (started, raft) -> locks.put(
                        started.name(), new Locks(started.system(), raft, started.name(), clock(started.name()))),
                "s1",
                "s2",
                "s3",
                "client");
    }

    private HolderClock clock(String node) {
        AtomicLong nanos = monotonic.computeIfAbsent(node, any -> new AtomicLong());
        AtomicLong millis = wall.computeIfAbsent(node, any -> new AtomicLong());
        return new HolderClock(
                () -> System.nanoTime() + nanos.get(), () -> System.currentTimeMillis() + millis.get() / 1_000_000);
    }

    Locks locks(String node) {
        return requireNonNull(locks.get(node), node);
    }

    ActorSystem<?> system(String node) {
        return cluster.system(node);
    }

    MemoryNetwork network() {
        return cluster.network();
    }

    /** As after a pause: both clocks have gone on. */
    void ahead(String node, Duration by) {
        requireNonNull(monotonic.get(node), node).addAndGet(by.toNanos());
        wallAhead(node, by);
    }

    /** As after a suspension, or when somebody sets the clock: only the wall clock has. */
    void wallAhead(String node, Duration by) {
        requireNonNull(wall.get(node), node).addAndGet(by.toNanos());
    }

    /** Empty when nobody holds the lock or waits for it. */
    Optional<LockStatus> status(String name) {
        return get(locks("s1").overview(Consistency.LINEARIZABLE)).stream()
                .filter(lock -> lock.name().equals(name))
                .findFirst();
    }

    /** How many wait for a lock. */
    int waiting(String name) {
        return status(name).map(LockStatus::waiting).orElse(0);
    }

    @Override
    public void close() {
        locks.values().forEach(Locks::close);
        cluster.close();
    }
}
