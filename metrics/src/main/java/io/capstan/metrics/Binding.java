package io.capstan.metrics;

import io.capstan.actors.Figure;
import io.capstan.actors.Node;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Cancellable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node's figures in one registry. Thread-safe. */
final class Binding {
    private static final Logger log = LoggerFactory.getLogger(Binding.class);

    private static final Figure.Meaning OMITTED = Figure.Meaning.gauge(
            "capstan.metrics.omitted", "", "Series left out, as a figure has more than capstan.metrics.series-max.");

    private final Node node;
    private final MeterRegistry registry;
    private final int seriesMax;
    private final Map<Key, Series> series = new HashMap<>();
    private @Nullable Cancellable reading;
    private boolean warned;
    private boolean ended;

    private record Key(String name, List<String> tags) {}

    /** One series: a registry holds what it reads weakly, and this map holds it strongly. */
    private static final class Series {
        private volatile double value;
        private @Nullable Meter meter;

        double value() {
            return value;
        }
    }

    Binding(Node node, MeterRegistry registry, int seriesMax) {
        this.node = node;
        this.registry = registry;
        this.seriesMax = seriesMax;
    }

    void begin(Duration interval) {
        read();
        Cancellable timer = node.system()
                .scheduler()
                .scheduleWithFixedDelay(
                        interval, interval, this::read, node.system().executionContext());
        synchronized (this) {
            reading = timer;
            if (ended) {
                timer.cancel();
            }
        }
    }

    private synchronized void read() {
        if (ended) {
            return;
        }
        try {
            show(node.figures());
        } catch (RuntimeException e) {
            // The timer would end with it.
            log.warn("figures of {} could not be read", node.id(), e);
        }
    }

    private void show(List<Figure> figures) {
        Set<Key> present = figures.stream().map(Binding::key).collect(Collectors.toSet());
        present.add(key(OMITTED.at(0L)));
        List<Key> gone =
                series.keySet().stream().filter(key -> !present.contains(key)).toList();
        gone.forEach(key -> forget(series.remove(key)));
        Map<String, Integer> shown = new HashMap<>();
        series.keySet().forEach(key -> shown.merge(key.name(), 1, Integer::sum));
        int omitted = 0;
        for (Figure figure : figures) {
            Series known = series.get(key(figure));
            if (known != null) {
                known.value = figure.value();
            } else if (shown.merge(figure.of().name(), 1, Integer::sum) <= seriesMax) {
                add(figure);
            } else {
                omitted++;
            }
        }
        tellOmitted(omitted);
    }

    private void tellOmitted(int omitted) {
        Figure figure = OMITTED.at(omitted);
        Series known = series.get(key(figure));
        if (known == null) {
            add(figure);
        } else {
            known.value = omitted;
        }
        if (omitted > 0 && !warned) {
            warned = true;
            log.warn("{} series are left out of the metrics: capstan.metrics.series-max is {}", omitted, seriesMax);
        }
    }

    private static Key key(Figure figure) {
        return new Key(figure.of().name(), figure.tags());
    }

    private void add(Figure figure) {
        Figure.Meaning of = figure.of();
        Series fresh = new Series();
        fresh.value = figure.value();
        List<Tag> tags = new ArrayList<>();
        tags.add(Tag.of("node", node.id().name()));
        for (int i = 0; i < of.tags().size(); i++) {
            tags.add(Tag.of(of.tags().get(i), figure.tags().get(i)));
        }
        // Of an earlier run of this node in this process, whose end may not have been noticed: a registry would keep
        // that.
        Meter former = find(of.name(), tags);
        if (former != null) {
            registry.remove(former);
        }
        fresh.meter = register(of, tags, fresh);
        series.put(key(figure), fresh);
    }

    private Meter register(Figure.Meaning of, List<Tag> tags, Series read) {
        String unit = of.unit().isEmpty() ? null : of.unit();
        return of.kind() == Figure.Kind.COUNTER
                ? FunctionCounter.builder(of.name(), read, Series::value)
                        .description(of.meaning())
                        .baseUnit(unit)
                        .tags(tags)
                        .register(registry)
                : Gauge.builder(of.name(), read, Series::value)
                        .description(of.meaning())
                        .baseUnit(unit)
                        .tags(tags)
                        .register(registry);
    }

    private @Nullable Meter find(String name, List<Tag> tags) {
        return registry.find(name).tags(tags).meters().stream()
                .filter(meter -> Tags.of(meter.getId().getTags()).equals(Tags.of(tags)))
                .findAny()
                .orElse(null);
    }

    private void forget(@Nullable Series gone) {
        Meter meter = gone == null ? null : gone.meter;
        // Unless the node's next run has put its own there.
        if (meter != null && registry.getMeters().contains(meter)) {
            registry.remove(meter);
        }
    }

    synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (reading != null) {
            reading.cancel();
        }
        series.values().forEach(this::forget);
        series.clear();
    }
}
