package io.capstan.raft.kv;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Cluster;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KeyValueTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

    private final Cluster cluster = new Cluster(
            "capstan.raft { snapshot.after-entries = 30, core.trailing-entries = 5 }",
            (started, raft) -> {
                if (VOTERS.contains(started.name())) {
                    KeyValue.startPeer(raft, "map");
                }
            },
            "s1",
            "s2",
            "s3",
            "client");

    @BeforeEach
    void make() {
        get(cluster.raft("s1").setConfiguration("map", VOTERS));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private KeyValue map(String node) {
        return KeyValue.of(cluster.raft(node), "map");
    }

    private Optional<String> text(String node, String key) {
        return get(map(node).get(key, Consistency.LINEARIZABLE, SOON)).map(KeyEntry::text);
    }

    @Test
    void aKeyIsSetReadComparedAndRemoved() {
        long version = get(map("client").put("colour", "green", SOON));
        assertThat(text("s2", "colour")).contains("green");
        assertThat(get(map("s3").compareAndSet("colour", version - 1, "red".getBytes(UTF_8), SOON)))
                .isEmpty();
        assertThat(get(map("s3").compareAndSet("colour", version, "red".getBytes(UTF_8), SOON)))
                .isPresent();
        assertThat(get(map("s1").delete("colour", SOON)).map(KeyEntry::text)).contains("red");
        assertThat(text("client", "colour")).isEmpty();
    }

    @Test
    void severalKeysChangeTogetherOrNotAtAll() {
        get(map("s1").put("stock", "1", SOON));
        Transaction order = Transaction.begin()
                .ifValue("stock", "1".getBytes(UTF_8))
                .ifAbsent("order")
                .put("stock", "0")
                .put("order", "ann")
                .otherwise()
                .get("order");

        assertThat(get(map("s2").write(order, SOON)).done()).isTrue();
        Transaction.Outcome late = get(map("client").write(order, SOON));
        assertThat(late.done()).isFalse();
        assertThat(late.entries().get(0).map(KeyEntry::text)).contains("ann");
        assertThat(get(map("s3").range("", "", 10, Consistency.LINEARIZABLE, SOON))
                        .entries())
                .extracting(KeyEntry::key, KeyEntry::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("order", "ann"),
                        org.assertj.core.groups.Tuple.tuple("stock", "0"));
        assertThatThrownBy(() -> get(map("s1").write(Transaction.begin().put("", "x"), SOON)))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.INVALID));
    }

    @Test
    void aWatchSeesWhatIsThereAndEveryChangeInOrderAcrossACrashOfTheLeader() {
        get(map("s1").put("a/0", "0", SOON));
        get(map("s1").put("b/0", "0", SOON));
        List<KeyWatch.Event> events = new CopyOnWriteArrayList<>();
        KeyWatch watch = map("client").watch("a/", events::add);
        await("the first event", () -> events.size() == 1);

        for (int i = 1; i <= 50; i++) {
            get(map("client").put("a/" + i % 3, "" + i, SOON));
            if (i == 25) {
                cluster.crash(cluster.awaitLeader("map"));
            }
        }
        get(map("client").delete("a/1", SOON));
        await("all events", () -> events.size() == 52);

        assertThat(events).extracting(KeyWatch.Event::version).isSorted().doesNotHaveDuplicates();
        assertThat(events.get(51).entry()).isEmpty();
        watch.close();
        get(map("client").put("a/9", "x", SOON));
        get(watch.ended());
        assertThat(events).hasSize(52);
    }

    @Test
    void aWatchThatWasAwayForLongerThanIsRememberedEndsWithWhatIsThere() {
        Map<String, String> seen = new ConcurrentSkipListMap<>();
        get(map("s1").put("a/gone", "x", SOON));
        KeyWatch watch = map("client")
                .watch(
                        "a/",
                        event -> event.entry()
                                .ifPresentOrElse(
                                        entry -> seen.put(event.key(), entry.text()), () -> seen.remove(event.key())));
        await("the first event", () -> seen.size() == 1);
        cluster.network().cut(List.of("client"), VOTERS);
        get(map("s1").delete("a/gone", SOON));
        for (int i = 0; i < 80; i++) {
            get(map("s1").put("a/" + i % 7, "" + i, SOON));
        }
        // All remember changes only since their snapshot, once they have been restarted.
        VOTERS.forEach(cluster::crash);
        VOTERS.forEach(cluster::restart);
        cluster.network().heal();

        get(map("s1").put("a/last", "x", SOON));
        await("the last key", () -> seen.containsKey("a/last"));
        await("the rest", () -> seen.size() == 8 && "79".equals(seen.get("a/2")));
        assertThat(seen).doesNotContainKey("a/gone");
        watch.close();
    }

    @Test
    void aListenerThatThrowsEndsItsWatch() {
        KeyWatch watch = map("s1").watch("a/", event -> {
            throw new IllegalStateException("on purpose");
        });
        get(map("s1").put("a/0", "0", SOON));
        assertThatThrownBy(() -> get(watch.ended())).hasMessage("on purpose");
    }

    /** What the log had room for had none in an answer to the watch, which asked again for ever. */
    @Test
    void aWatchGoesOnBehindATransactionThatNoAnswerHasRoomFor() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        get(map("s1").put("first", "x", SOON));
        KeyWatch watch = map("client").watch("", event -> seen.add(event.key()));
        await("the first", () -> seen.contains("first"));

        Transaction many = Transaction.begin();
        for (int i = 0; i < 128; i++) {
            many.put("k".repeat(252) + (100 + i), "v");
        }
        get(map("s2").write(many, SOON));
        get(map("s3").put("last", "x", SOON));

        await("all of them", () -> seen.size() == 130);
        assertThat(seen).contains("last");
        watch.close();
    }
}
