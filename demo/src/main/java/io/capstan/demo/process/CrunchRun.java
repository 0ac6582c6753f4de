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
import java.util.function.Consumer;

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

    /**
     * A node that was killed on the way.
     *
     * @param chunk the one it held, counted or half counted, and had not told of
     * @param lines that were counted and told of by all nodes at that moment
     */
    public record Killed(String node, int chunk, long lines) {}

    /** Sees how far it is, in chunks. */
    public interface Progress {
        void show(int done, int all);
    }

    private static final Duration FORM_MAX = Duration.ofSeconds(30);
    private static final long POLL_NANOS = Duration.ofMillis(25).toNanos();

    private CrunchRun() {}

    /**
     * Plays {@code job}; its result is written when this returns. When the job has a victim, that node is killed once it
     * holds its last chunk.
     *
     * @throws UserError in one line, when it cannot be done
     */
    public static Outcome play(LocalCluster cluster, Job job, Progress progress, Consumer<Killed> killed) {
        Member asked = cluster.members().iterator().next();
        String workers = "/groups/" + CrunchNames.WORKERS.name();
        NodeClient first = asked.client();
        await(
                "the workers to find each other",
                () -> first.get(workers).body().path("members").size()
                        == cluster.members().size());
        begin(asked, job);
        String victim = "";
        while (true) {
            JsonNode now = asked.client().get("/crunch").body();
            progress.show(now.path("counted").asInt(), now.path("chunks").asInt());
            String state = now.path("state").asText();
            int condemned = now.path("condemned").asInt(-1);
            if (state.equals("done")) {
                return outcome(asked.name(), now);
            }
            if (state.equals("failed")) {
                throw new UserError(now.path("error").asText());
            }
            if (condemned >= 0 && victim.isEmpty()) {
                victim = job.victim();
                cluster.member(victim).process().kill();
                killed.accept(new Killed(victim, condemned, lines(now)));
                if (victim.equals(asked.name())) {
                    asked = beginAgain(cluster, job, victim);
                }
            }
            alive(cluster, victim);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void begin(Member member, Job job) {
        Answer begun = member.client().post("/crunch", Json.line(job));
        if (!begun.isOk()) {
            throw new UserError("the job was refused: " + begun.text("error"));
        }
    }

    /** On another node, once the others have seen that its coordinator is gone. */
    private static Member beginAgain(LocalCluster cluster, Job job, String dead) {
        Member other = cluster.members().stream()
                .filter(member -> !member.name().equals(dead))
                .findFirst()
                .orElseThrow(() -> new UserError("no node is left"));
        Job again = job.again(cluster.members().size() - 1);
        await(
                "another node to coordinate",
                () -> other.client().post("/crunch", Json.line(again)).isOk());
        return other;
    }

    private static long lines(JsonNode progress) {
        long lines = 0;
        for (Map.Entry<String, JsonNode> entry : progress.path("lines").properties()) {
            lines += entry.getValue().asLong();
        }
        return lines;
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

    private static void alive(LocalCluster cluster, String victim) {
        for (Member member : cluster.members()) {
            if (!member.process().isAlive() && !member.name().equals(victim)) {
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
