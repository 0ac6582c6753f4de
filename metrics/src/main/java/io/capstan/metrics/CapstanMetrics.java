package io.capstan.metrics;

import com.typesafe.config.Config;
import io.capstan.actors.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gives a node's figures to Micrometer: {@code CapstanMetrics.of(node).bindTo(registry)}. Each has the tag {@code node}, and
 * those of {@code docs/metrics.md}.
 *
 * <p>They are read every {@code capstan.metrics.interval}, off the threads that scrape. Of one figure there are at most {@code
 * capstan.metrics.series-max} series. When the node stops its meters are taken out of the registries; a node that was started
 * again is bound again. Thread-safe.
 */
public final class CapstanMetrics implements MeterBinder, AutoCloseable {
    private static final String PATH = "capstan.metrics";

    private final Node node;
    private final Duration interval;
    private final int seriesMax;
    private final List<Binding> bindings = new CopyOnWriteArrayList<>();

    private CapstanMetrics(Node node, Duration interval, int seriesMax) {
        this.node = node;
        this.interval = interval;
        this.seriesMax = seriesMax;
    }

    /**
     * The figures of {@code node}.
     *
     * @throws IllegalArgumentException naming the key, when {@code capstan.metrics} has a value out of range
     * @throws com.typesafe.config.ConfigException naming the key, when it has one that is no duration, or no number
     */
    public static CapstanMetrics of(Node node) {
        Config config = node.system().settings().config();
        Duration interval = config.getDuration(PATH + ".interval");
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException(PATH + ".interval must be at least 1 ms, is " + interval);
        }
        int seriesMax = config.getInt(PATH + ".series-max");
        if (seriesMax < 1) {
            throw new IllegalArgumentException(PATH + ".series-max must be at least 1, is " + seriesMax);
        }
        return new CapstanMetrics(node, interval, seriesMax);
    }

    /** Registers all figures there are now, at once, and then whatever comes, until the node stops or {@link #close}. */
    @Override
    public void bindTo(MeterRegistry registry) {
        Binding binding = new Binding(node, registry, seriesMax);
        bindings.add(binding);
        binding.begin(interval);
        node.stopped().thenRun(binding::end);
    }

    /** Takes all that it has registered out of the registries. Idempotent. */
    @Override
    public void close() {
        bindings.forEach(Binding::end);
    }
}
