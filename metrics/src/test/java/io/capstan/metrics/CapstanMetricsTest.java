package io.capstan.metrics;

import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Figure;
import io.capstan.actors.Node;
import io.capstan.crdt.Counters;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.BookPart;
import io.capstan.testkit.TestCluster;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What Micrometer shows of a node with all services; its reference; its dashboard. */
@Timeout(120)
class CapstanMetricsTest {
    private static final Pattern METRIC = Pattern.compile("capstan_[a-z_]+");
    private static final Pattern LABELS = Pattern.compile("by \\(([a-z, ]+)\\)|\\{\\{([a-z]+)}}");

    @RegisterExtension
    static final TestCluster cluster = Nodes.cluster("a", "b", "c");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @BeforeEach
    void everythingRuns() {
        Counters.durable(node("a"));
        CapstanMetrics.of(node("a")).bindTo(registry);
        cluster.await(
                "the counters have said what they hold, and all groups are led",
                () -> value(registry, "capstan.counters.rows", "space", "durable") >= 0
                        && value(registry, "capstan.raft.led", "group", "capstan-names") == 1
                        && value(registry, "capstan.raft.led", "group", "capstan-counters") == 1
                        && value(registry, "capstan.raft.led", "group", "capstan-locks") == 1);
    }

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    /** Less than 0 while there is no such series. */
    private static double value(MeterRegistry of, String name, String... tags) {
        Meter meter = of.find(name).tags(tags).meter();
        return meter == null ? -1 : meter.measure().iterator().next().getValue();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private Map<String, Meter> meters() {
        Map<String, Meter> byName = new TreeMap<>();
        registry.getMeters().forEach(meter -> byName.put(meter.getId().getName(), meter));
        return byName;
    }

    /** Its client writes behind counters what its naming leaves out. */
    private String inPrometheus(Meter.Id id) {
        String name = registry.config().namingConvention().name(id.getName(), id.getType(), id.getBaseUnit());
        return id.getType() == Meter.Type.COUNTER && !name.endsWith("_total") ? name + "_total" : name;
    }

    @Test
    void theReferenceListsEveryMetricThatIsRegistered() throws IOException {
        Map<String, Figure.Meaning> meanings = node("a").figures().stream()
                .map(Figure::of)
                .collect(Collectors.toMap(Figure.Meaning::name, of -> of, (one, other) -> one));
        List<String> rows = new ArrayList<>();
        rows.add("| metric | in Prometheus | kind | unit | tags | |");
        rows.add("|---|---|---|---|---|---|");
        meters().forEach((name, meter) -> {
            Meter.Id id = meter.getId();
            String tags = id.getTags().stream()
                    .map(Tag::getKey)
                    .filter(tag -> !tag.equals("node"))
                    .collect(Collectors.joining(", "));
            rows.add("| `" + name + "` | `" + inPrometheus(id) + "` | "
                    + (id.getType() == Meter.Type.COUNTER ? "counter" : "gauge") + " | "
                    + (id.getBaseUnit() == null ? "" : id.getBaseUnit()) + " | " + tags + " | " + id.getDescription()
                    + " |");
        });

        assertThat(meters().keySet()).containsAll(meanings.keySet());
        String scraped = registry.scrape();
        assertThat(meters().values())
                .allSatisfy(meter -> assertThat(scraped).contains("\n" + inPrometheus(meter.getId()) + "{"));
        assertThat(rows).isEqualTo(new BookPart(Path.of("../docs/metrics.md"), "metrics").lines(rows));
    }

    @Test
    void everyQueryOfTheDashboardNamesMetricsAndTagsThereAre() throws IOException {
        Set<String> there = meters().values().stream()
                .map(meter -> inPrometheus(meter.getId()))
                .collect(Collectors.toSet());
        Set<String> tags = registry.getMeters().stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(Tag::getKey)
                .collect(Collectors.toSet());
        JsonNode dashboard = new ObjectMapper().readTree(new File("../docs/grafana-dashboard.json"));
        Set<String> named = new TreeSet<>();
        Set<String> labels = new TreeSet<>();
        for (JsonNode target : dashboard.findParents("expr")) {
            String text =
                    target.get("expr").asText() + target.get("legendFormat").asText();
            METRIC.matcher(text).results().forEach(found -> named.add(found.group()));
            LABELS.matcher(text)
                    .results()
                    .forEach(found -> labels.addAll(
                            List.of((found.group(1) == null ? found.group(2) : found.group(1)).split(", ", -1))));
        }

        assertThat(named).hasSizeGreaterThan(20);
        assertThat(there).containsAll(named);
        assertThat(tags).containsAll(labels);
    }

    @Test
    void figuresFollowWhatHappens() {
        double locks = value(registry, "capstan.locks.held");
        LockSession session = Locks.get(node("a")).session(Ttl.of(ofSeconds(10)), cause -> {});
        HeldLock held = done(session.acquire("metrics", within(ofSeconds(20))));
        double flushes = value(registry, "capstan.store.flushes");
        KeyValue.startPeer(Raft.get(node("a")), "solo");
        done(Raft.get(node("a")).setConfiguration("solo", List.of("a")));
        done(KeyValue.of(Raft.get(node("a")), "solo").put("k", "v", within(ofSeconds(20))));
        cluster.cut("a").from("b").awaitApart("a", "b");
        cluster.heal().awaitConverged();

        cluster.await("the lock is counted", () -> value(registry, "capstan.locks.held") == locks + 1);
        cluster.await(
                "the group is there, and has committed",
                () -> value(registry, "capstan.raft.leads", "group", "solo") == 1
                        && value(registry, "capstan.raft.committed", "group", "solo") >= 2);
        cluster.await("the heal is counted", () -> value(registry, "capstan.link.healed") >= 1);
        assertThat(value(registry, "capstan.link.ended", "reason", "silent")
                        + value(registry, "capstan.link.ended", "reason", "closed")
                        + value(registry, "capstan.link.ended", "reason", "dropped"))
                .isPositive();
        assertThat(value(registry, "capstan.store.flushes")).isGreaterThan(flushes);
        assertThat(value(registry, "capstan.store.flush.time")).isPositive();

        done(held.release());
        done(Raft.get(node("a")).stopPeer("solo"));
        cluster.await(
                "neither is counted any more",
                () -> value(registry, "capstan.locks.held") == locks
                        && value(registry, "capstan.raft.leads", "group", "solo") < 0);
    }

    @Test
    void aFigureHasAtMostSoManySeriesAndTheGroupsOfCapstanComeFirst() {
        Raft raft = Raft.get(node("b"));
        for (int i = 0; i < 20; i++) {
            KeyValue.startPeer(raft, "a-group-" + i);
        }
        MeterRegistry fresh = new SimpleMeterRegistry();
        CapstanMetrics.of(node("b")).bindTo(fresh);

        assertThat(fresh.find("capstan.raft.term").meters())
                .hasSize(12)
                .extracting(meter -> meter.getId().getTag("group"))
                .contains("capstan-locks", "capstan-names", "capstan-counters");
        cluster.await("it says so", () -> value(fresh, "capstan.metrics.omitted") > 8);
    }

    @Test
    void aNodeThatStopsTakesItsMetersAlongAndIsBoundAgainWhenItReturns() {
        MeterRegistry shared = new SimpleMeterRegistry();
        CapstanMetrics.of(node("c")).bindTo(shared);
        CapstanMetrics.of(node("b")).bindTo(shared);
        cluster.stop("c");
        cluster.await(
                "c's are gone",
                () -> shared.find("capstan.nodes.linked").tag("node", "c").meter() == null);
        assertThat(shared.find("capstan.nodes.linked").tag("node", "b").meter()).isNotNull();

        cluster.restart("c").awaitConverged();
        CapstanMetrics.of(node("c")).bindTo(shared);
        cluster.await("c counts anew", () -> value(shared, "capstan.nodes.linked", "node", "c") == 2);
    }

    @Test
    void aNodeThatStopsWithinASystemThatGoesOnTakesItsMetersAlongToo(@TempDir Path directory) {
        Config program = ConfigFactory.parseString("""
                pekko { actor.provider = cluster, cluster.jmx.enabled = off }
                pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                capstan.actors { name = w, bootstrap = on, directory = "%s", link.port = 0 }
                """.formatted(directory));
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "program", ConfigFactory.load(program));
        try {
            MeterRegistry own = new SimpleMeterRegistry();
            Node node = Node.get(system);
            CapstanMetrics.of(node).bindTo(own);
            assertThat(own.getMeters()).isNotEmpty();

            done(node.stop());

            assertThat(own.getMeters()).isEmpty();
            assertThat(system.whenTerminated().isCompleted())
                    .as("the program goes on")
                    .isFalse();
        } finally {
            system.terminate();
        }
    }
}
