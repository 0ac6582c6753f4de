package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.crunch.CrunchNames;
import io.capstan.demo.crunch.Job;
import io.capstan.demo.process.NodeClient.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Plays one job on a cluster of processes, and watches it. */
public final class CrunchRun {
    /**
     * How it went.
     *
     * @param lines counted, by node
     * @param coordinator the node that dealt the chunks
     * @param publisher the node that read the counts and wrote the result
     * @param token the fencing token under which it wrote
     */
    public record Outcome(Map<String, Long> lines, String coordinator, String publisher, String token) {}

    /** Sees how far it is, in chunks. */
    public interface Progress {
        void show(int done, int all);
    }

    private static final Duration FORM_MAX = Duration.ofSeconds(30);
    private static final long POLL_NANOS = Duration.ofMillis(25).toNanos();

    private CrunchRun() {}

    /**
     * Plays {@code job}; its result is written when this returns.
     *
     * @throws UserError in one line, when it cannot be done
     */
    public static Outcome play(LocalCluster cluster, Job job, Progress progress) {
        LocalCluster.Member first = cluster.members().iterator().next();
        NodeClient node = first.client();
        String workers = "/groups/" + CrunchNames.WORKERS.name();
        await(
                "the workers to find each other",
                () -> node.get(workers).body().path("members").size()
                        == cluster.members().size());
        Answer begun = node.post("/crunch", Json.line(job));
        if (!begun.isOk()) {
            throw new UserError("the job was refused: " + begun.text("error"));
        }
        while (true) {
            JsonNode now = node.get("/crunch").body();
            progress.show(now.path("counted").asInt(), now.path("chunks").asInt());
            String state = now.path("state").asText();
            if (state.equals("done")) {
                return outcome(first.name(), now);
            }
            if (state.equals("failed")) {
                throw new UserError(now.path("error").asText());
            }
            alive(cluster);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static Outcome outcome(String coordinator, JsonNode progress) {
        Map<String, Long> lines = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : progress.path("lines").properties()) {
            lines.put(entry.getKey(), entry.getValue().asLong());
        }
        return new Outcome(
                lines,
                coordinator,
                progress.path("publisher").asText(),
                progress.path("token").asText());
    }

    private static void alive(LocalCluster cluster) {
        for (LocalCluster.Member member : cluster.members()) {
            if (!member.process().isAlive()) {
                throw new UserError("node " + member.name() + " ended while it counted");
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > FORM_MAX.toNanos()) {
                throw new UserError("waited " + FORM_MAX.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
