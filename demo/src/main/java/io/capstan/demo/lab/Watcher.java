package io.capstan.demo.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.raft.lock.Locks;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at all nodes some times a second, tells the timeline what changed, and the cluster who has forgotten its cuts. */
final class Watcher implements AutoCloseable {
    private static final long LOOK_MS = 200;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    /** What was last heard of one node. */
    private record Known(boolean up, long incarnation, Set<String> linked, String role, long term, int lost) {
        static final Known NOTHING = new Known(false, 0, Set.of(), "", 0, 0);
    }

    private final LocalCluster cluster;
    private final Timeline timeline;
    private final Map<String, Known> known = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "capstan-lab-watch");
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable Future<?> watching;

    Watcher(LocalCluster cluster, Timeline timeline) {
        this.cluster = cluster;
        this.timeline = timeline;
        // The first look is no news.
        cluster.members().forEach(member -> known.put(member.name(), look(member, Known.NOTHING)));
    }

    void start() {
        watching = thread.scheduleWithFixedDelay(
                () -> cluster.members().forEach(this::watch), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void watch(Member member) {
        Known before = known.getOrDefault(member.name(), Known.NOTHING);
        try {
            Known now = look(member, before);
            known.put(member.name(), now);
            tell(member.name(), before, now);
        } catch (UserError | CompletionException silent) {
            // Whoever does not answer now is looked at again.
        }
    }

    /** As it was before when it did not answer. */
    private Known look(Member member, Known before) {
        if (!member.process().isAlive()) {
            return Known.NOTHING;
        }
        JsonNode panel;
        try {
            panel = Json.MAPPER.readTree(member.client()
                    .raw("/panel?limit=0", ANSWER_MAX)
                    .toCompletableFuture()
                    .join());
        } catch (IOException | CompletionException silent) {
            return before;
        }
        if (!panel.has("incarnation")) {
            return before;
        }
        cluster.heard(member.name(), panel);
        Set<String> linked = new TreeSet<>();
        panel.path("linked").forEach(name -> linked.add(name.asText()));
        JsonNode locks = panel.path("raft").path(Locks.GROUP);
        return new Known(
                true,
                panel.path("incarnation").asLong(),
                linked,
                locks.path("role").asText(),
                locks.path("term").asLong(),
                panel.path("lost").size());
    }

    private void tell(String node, Known before, Known now) {
        if (before.up() && !now.up()) {
            timeline.seen(node, "is gone");
            return;
        }
        if (now.up() && now.incarnation() != before.incarnation()) {
            timeline.seen(node, "is there, as incarnation " + now.incarnation());
        }
        for (String peer : now.linked()) {
            if (!before.linked().contains(peer)) {
                timeline.seen(node, "has a link to " + peer);
            }
        }
        for (String peer : before.linked()) {
            if (now.up() && !now.linked().contains(peer)) {
                timeline.seen(node, "has no link to " + peer + " any more");
            }
        }
        boolean led = before.role().equals("LEADER");
        boolean leads = now.role().equals("LEADER");
        if (leads && (!led || now.term() != before.term())) {
            timeline.seen(node, "leads the locks, in term " + now.term());
        } else if (led && !leads) {
            timeline.seen(node, "leads the locks no more");
        }
        if (now.lost() > before.lost() && now.incarnation() == before.incarnation()) {
            timeline.seen(node, "a process of it was told that it lost its name");
        }
    }

    @Override
    public void close() {
        if (watching != null) {
            watching.cancel(false);
        }
        thread.shutdownNow();
    }
}
