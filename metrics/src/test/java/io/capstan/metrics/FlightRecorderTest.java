package io.capstan.metrics;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.raft.Raft;
import io.capstan.raft.lock.Locks;
import io.capstan.testkit.BookPart;
import io.capstan.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a recording has of slow syncs, elections and heals, and what the book says of them. */
@Timeout(120)
class FlightRecorderTest {
    @RegisterExtension
    static final TestCluster cluster = Nodes.cluster("a", "b", "c");

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static boolean any(Queue<RecordedEvent> events, String name, Predicate<RecordedEvent> which) {
        return events.stream().anyMatch(event -> event.getEventType().getName().equals(name) && which.test(event));
    }

    @Test
    void aRecordingHasSyncsElectionsAndHealsWithWhoAndHowLong() {
        cluster.await(
                "the locks are led",
                () -> Raft.get(node("a")).leader(Locks.GROUP).isPresent());
        String leader = Raft.get(node("a")).leader(Locks.GROUP).orElseThrow();
        String next = leader.equals("b") ? "c" : "b";
        Queue<RecordedEvent> events = new ConcurrentLinkedQueue<>();
        try (RecordingStream stream = new RecordingStream()) {
            stream.setReuse(false);
            stream.enable("capstan.SlowSync").withThreshold(Duration.ZERO);
            stream.enable("capstan.Election");
            stream.enable("capstan.Heal");
            stream.onEvent(events::add);
            stream.startAsync();

            Raft.get(node("a"))
                    .transferLeadership(Locks.GROUP, next)
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            cluster.cut("a").from("b").awaitApart("a", "b");
            cluster.heal().awaitConverged();

            cluster.await(
                    "an election",
                    () -> any(
                            events,
                            "capstan.Election",
                            event -> event.getString("group").equals(Locks.GROUP)
                                    && event.getString("leader").equals(next)
                                    && event.getLong("term") > 1
                                    && !event.getDuration("leaderless").isNegative()));
            cluster.await(
                    "a sync",
                    () -> any(
                            events,
                            "capstan.SlowSync",
                            event -> event.getLong("bytes") > 0
                                    && !event.getDuration().isZero()));
            cluster.await(
                    "the heal",
                    () -> any(
                            events,
                            "capstan.Heal",
                            event -> event.getString("node").equals("a")
                                    && event.getString("peer").equals("b")
                                    && !event.getBoolean("restarted")
                                    && event.getDuration("apart").compareTo(ofMillis(1)) > 0
                                    && event.getDuration("apart").compareTo(ofSeconds(60)) < 0));
        }
    }

    @Test
    void theReferenceListsEveryEvent() throws IOException {
        cluster.await(
                "the locks are led",
                () -> Raft.get(node("a")).leader(Locks.GROUP).isPresent());
        List<String> rows = new ArrayList<>();
        rows.add("| event | from | fields | |");
        rows.add("|---|---|---|---|");
        try (Recording recording = new Recording()) {
            recording.start(); // Types are registered with the first recording.
            FlightRecorder.getFlightRecorder().getEventTypes().stream()
                    .filter(type -> type.getName().startsWith("capstan."))
                    .sorted((one, other) -> one.getName().compareTo(other.getName()))
                    .forEach(type -> rows.add(row(type)));
        }

        assertThat(rows).hasSize(5);
        assertThat(rows).isEqualTo(new BookPart(Path.of("../docs/metrics.md"), "events").lines(rows));
    }

    private static String row(EventType type) {
        String fields = type.getFields().stream()
                .filter(field -> !List.of("startTime", "duration", "eventThread", "stackTrace")
                        .contains(field.getName()))
                .map(field -> "`" + field.getName() + "`")
                .collect(Collectors.joining(", "));
        String threshold = type.getSettingDescriptors().stream()
                .filter(setting -> setting.getName().equals("threshold"))
                .map(SettingDescriptor::getDefaultValue)
                .collect(Collectors.joining());
        return "| `" + type.getName() + "` | " + threshold + " | " + fields + " | " + type.getDescription() + " |";
    }
}
