package io.capstan.demo.story;

import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.demo.process.NodeClient.Answer;
import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Takes away what an earlier story, or whoever used the cluster, has left of what the story needs. */
final class EmptyStage {
    private static final Duration CLEARED_MAX = Duration.ofSeconds(30);
    private static final long POLL_NANOS = Duration.ofMillis(50).toNanos();

    private final LocalCluster cluster;

    EmptyStage(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** Waits until every node sees nothing of it. */
    void clear() {
        Faults.parse("heal; restart all").applyTo(cluster);
        String others = String.valueOf(cluster.members().size() - 1);
        await(
                "the nodes to see each other",
                member -> String.valueOf(member.client()
                                .get("/status")
                                .body()
                                .path("linked")
                                .size())
                        .equals(others));
        for (Member member : cluster.members()) {
            member.client().delete("/standbys/" + KeptProcess.NAME);
            member.client().delete("/groups/room");
        }
        for (String name : new String[] {"stock", "printer"}) {
            await(name + " to be free", member -> {
                boolean free = isFree(member, name);
                return free || (member.client().delete("/names/" + name).isOk() && isFree(member, name));
            });
        }
        await(KeptProcess.NAME + " to be free", member -> isFree(member, KeptProcess.NAME));
        await(
                "the group to be empty",
                member -> member.client()
                        .get("/groups/room")
                        .body()
                        .path("members")
                        .isEmpty());
        await("the lock to be free", EmptyStage::releases);
        if (cluster.members().stream().anyMatch(member -> !visits(member).equals("0"))) {
            cluster.members().iterator().next().client().delete("/counters/visits");
        }
        await("the counter to be 0", member -> visits(member).equals("0"));
    }

    private static boolean isFree(Member member, String name) {
        return member.client().get("/names/" + name).text("owner").isEmpty();
    }

    private static boolean releases(Member member) {
        Answer lock = member.client().get("/locks/invoices");
        if (lock.isOk() && lock.text("holder").isEmpty()) {
            return true;
        }
        if (lock.isOk()) {
            member.client().delete("/locks/invoices?token=" + lock.text("token"));
        }
        return false;
    }

    private static String visits(Member member) {
        return member.client().get("/counters/visits").text("value");
    }

    private void await(String what, Predicate<Member> holds) {
        long start = System.nanoTime();
        while (!cluster.members().stream().allMatch(holds)) {
            if (System.nanoTime() - start > CLEARED_MAX.toNanos()) {
                throw new UserError("waited " + CLEARED_MAX.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new UserError("interrupted while the stage was cleared");
            }
        }
    }
}
