package io.capstan.bench.counters;

import io.capstan.actors.Node;
import io.capstan.bench.LoneNode;
import io.capstan.crdt.BoundedCounter;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Window;
import io.capstan.crdt.WindowedCounter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One increment and one read, on existing handles, of a node that flushes meanwhile. */
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IncrementBenchmark {
    private static final long PLENTY = 1L << 54;

    private final LongAdder adder = new LongAdder();
    private final AtomicLong atomic = new AtomicLong();
    private Node node;
    private Counter counter;
    private WindowedCounter windowed;
    private BoundedCounter bounded;

    /** Starts a node of its own. */
    @Setup
    public void start() {
        node = LoneNode.start();
        Counters counters = Counters.get(node);
        counter = counters.counter("hits");
        windowed = counters.windowed("hits", Window.minute());
        bounded = counters.bounded("stock");
        bounded.add(PLENTY);
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        node.stop().toCompletableFuture().join();
    }

    /** Ours. */
    @Benchmark
    public void counterIncrement() {
        counter.increment();
    }

    /** The fastest that Java has, on one node. */
    @Benchmark
    public void longAdderIncrement() {
        adder.increment();
    }

    /** The plain one. */
    @Benchmark
    public long atomicIncrement() {
        return atomic.incrementAndGet();
    }

    /** Ours, by bucket of time. */
    @Benchmark
    public void windowedIncrement() {
        windowed.increment();
    }

    /** Ours, against rights. */
    @Benchmark
    public boolean boundedTake() {
        return bounded.tryTake(1);
    }

    /** Ours. */
    @Benchmark
    public long counterValue() {
        return counter.value();
    }

    /** Java's. */
    @Benchmark
    public long longAdderSum() {
        return adder.sum();
    }
}
