package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterMap;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import io.capstan.raft.Consistency;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import io.capstan.raft.Within;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/**
 * {@code /kv}: the replicated map of the nodes that vote, as texts. Reads are linearizable; {@code ?stale=true} asks only the
 * member of the node asked.
 */
final class KvRoutes {
    /** The map's group. */
    static final String MAP = "kv";

    private static final Within ASK = Within.within(Duration.ofSeconds(5));
    private static final Within LOOK = Within.within(Duration.ofMillis(500));
    private static final Duration FORM_AGAIN = Duration.ofMillis(200);
    private static final int RANGE_MAX = 1000;

    /** A key; {@code version} is 0 when there is none. */
    record Entry(String key, String value, long version, long created) {}

    record Entries(List<Entry> entries, boolean more) {}

    record Written(String key, long version) {}

    record Deleted(String key, boolean existed) {}

    private final Raft raft;
    private final KeyValue map;

    KvRoutes(Node node, List<String> voters) {
        this.raft = Raft.get(node);
        this.map = KeyValue.of(raft, MAP);
        if (voters.contains(node.id().name())) {
            KeyValue.startPeer(raft, MAP);
        }
        if (voters.get(0).equals(node.id().name())) {
            form(node, raft, voters);
        }
    }

    /**
     * The first voter makes the group, once: a member that is in one already leaves its voters to whoever changes them. The
     * others may start much later.
     */
    private static void form(Node node, Raft raft, List<String> voters) {
        Optional<GroupStatus.Role> role = raft.status(MAP).map(GroupStatus::role);
        if (role.isPresent() && role.get() != GroupStatus.Role.BLANK) {
            return;
        }
        CompletionStage<Void> formed = role.isEmpty()
                ? CompletableFuture.failedStage(new UserError("the member is about to start"))
                : raft.setConfiguration(MAP, voters);
        formed.whenComplete((done, failure) -> {
            if (failure != null && !node.system().whenTerminated().isCompleted()) {
                node.system()
                        .scheduler()
                        .scheduleOnce(
                                FORM_AGAIN,
                                () -> form(node, raft, voters),
                                node.system().executionContext());
            }
        });
    }

    Route routes() {
        return pathPrefix(
                "kv",
                () -> concat(
                        pathEnd(() -> concat(
                                get(() -> parameterMap(asked -> Answers.answer(range(asked)))),
                                post(() -> entity(
                                        Unmarshaller.entityToString(),
                                        text -> Answers.answer(
                                                KvTransaction.parse(text).writeTo(map, ASK)))))),
                        path(
                                segment(),
                                key -> concat(
                                        get(() -> parameterOptional(
                                                "stale", stale -> Answers.answer(entry(key, stale.isPresent())))),
                                        post(() -> Parameters.number(
                                                "expect",
                                                -1,
                                                expected -> entity(
                                                        Unmarshaller.entityToString(),
                                                        value -> Answers.answer(put(key, value, expected))))),
                                        delete(() -> Answers.answer(map.delete(key, ASK)
                                                .thenApply(gone -> new Deleted(key, gone.isPresent()))))))));
    }

    KeyValue map() {
        return map;
    }

    /** What this node's own member has: also in a minority. */
    CompletionStage<PanelRoutes.Shown<Entry>> page(PanelRoutes.Window window) {
        if (raft.status(MAP).filter(member -> member.voters().isEmpty()).isPresent()) {
            // In no group yet: it would be asked in vain.
            return CompletableFuture.completedStage(new PanelRoutes.Shown<>(0, Map.of()));
        }
        String from = max(window.find(), window.from("keys"));
        return map.range(from, behind(window.find()), Math.max(1, window.limit() + 1), Consistency.stale(0), LOOK)
                .handle((page, failure) -> {
                    Map<String, Entry> rows = new LinkedHashMap<>();
                    if (page == null) {
                        return new PanelRoutes.Shown<>(0, rows);
                    }
                    page.entries().stream().limit(window.limit()).forEach(found -> rows.put(found.key(), entry(found)));
                    return new PanelRoutes.Shown<>(page.entries().size(), rows);
                });
    }

    private CompletionStage<Entries> range(Map<String, String> asked) {
        String prefix = asked.getOrDefault("prefix", "");
        return map.range(
                        max(prefix, asked.getOrDefault("from", "")),
                        behind(prefix),
                        RANGE_MAX,
                        asked.containsKey("stale") ? Consistency.stale(0) : Consistency.LINEARIZABLE,
                        ASK)
                .thenApply(page ->
                        new Entries(page.entries().stream().map(KvRoutes::entry).toList(), page.more()));
    }

    private CompletionStage<Entry> entry(String key, boolean stale) {
        return map.get(key, stale ? Consistency.stale(0) : Consistency.LINEARIZABLE, ASK)
                .thenApply(found -> found.map(KvRoutes::entry).orElseGet(() -> new Entry(key, "", 0, 0)));
    }

    private CompletionStage<Written> put(String key, String value, long expected) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (expected < 0) {
            return map.put(key, bytes, ASK).thenApply(version -> new Written(key, version));
        }
        return map.compareAndSet(key, expected, bytes, ASK)
                .thenCompose(done -> done.<CompletionStage<Written>>map(
                                version -> CompletableFuture.completedStage(new Written(key, version)))
                        .orElseGet(() -> changed(key, expected)));
    }

    private CompletionStage<Written> changed(String key, long expected) {
        return map.get(key, Consistency.LINEARIZABLE, ASK).thenCompose(now -> {
            String found = now.map(there -> "has version " + there.version()).orElse("is not there (version 0)");
            return CompletableFuture.failedStage(
                    new UserError("key " + key + " " + found + ", not " + expected + ": nothing was written"));
        });
    }

    static Entry entry(KeyEntry found) {
        return new Entry(found.key(), found.text(), found.version(), found.created());
    }

    private static String max(String one, String other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Where keys with this prefix end; empty: nowhere. */
    private static String behind(String prefix) {
        return prefix.isEmpty() ? "" : prefix + Character.MAX_VALUE;
    }
}
