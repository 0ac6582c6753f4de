package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rolling upgrade: nodes are started again with newer code, one by one. */
@Timeout(120)
class MachineVersionsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

    /** Which versions the code of each node knows, from its next start on. */
    private final Map<String, int[]> code = new HashMap<>();

    /** Machines are made when it is open. */
    private CountDownLatch making = new CountDownLatch(0);

    private @Nullable Cluster cluster;

    private Cluster begin(int oldest, int newest) {
        VOTERS.forEach(voter -> code.put(voter, new int[] {oldest, newest}));
        Cluster begun = new Cluster(
                "capstan.raft { membership.check-interval = 50ms, snapshot.after-entries = 20 }",
                (started, raft) -> {
                    int[] known = code.getOrDefault(started.name(), new int[] {1, 1});
                    raft.startPeer("price", () -> {
                        await("the machine to be made", () -> making.getCount() == 0);
                        return new Price(known[0], known[1]);
                    });
                    raft.startPeer("stack", Stack::new);
                },
                "s1",
                "s2",
                "s3");
        cluster = begun;
        CompletionStage<Void> founded = begun.raft("s1").setConfiguration("price", VOTERS);
        if (making.getCount() == 0) {
            get(founded); // It is answered by the machine's actor.
        }
        return begun;
    }

    @AfterEach
    void close() {
        making.countDown();
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Adds up; from version 2 on each amount counts double, and a snapshot has one byte more. */
    private static final class Price implements StateMachine<Price.Add, Price.Sum> {
        record Add(int amount) implements StateMachine.Data {}

        record Sum() implements StateMachine.Data {}

        record Total(int total, int version) implements StateMachine.Data {}

        private final int oldest;
        private final int newest;
        private int version;
        private int total;

        Price(int oldest, int newest) {
            this.oldest = oldest;
            this.newest = newest;
        }

        @Override
        public int version() {
            return newest;
        }

        @Override
        public int oldestVersion() {
            return oldest;
        }

        @Override
        public void behaveAs(int raised) {
            version = raised;
        }

        @Override
        public Total handleWrite(Add add, LogEntry entry) {
            total += add.amount() * (version >= 2 ? 2 : 1);
            return new Total(total, version);
        }

        @Override
        public Total handleRead(Sum query) {
            return new Total(total, version);
        }

        @Override
        public Optional<View> snapshot() {
            byte[] image = version >= 2 ? new byte[] {2, (byte) total} : new byte[] {(byte) total};
            return Optional.of(out -> out.write(image));
        }

        @Override
        public void restore(InputStream in) throws IOException {
            byte[] image = in.readAllBytes();
            if (image.length != (version >= 2 ? 2 : 1)) {
                throw new IOException("a snapshot of another version than " + version);
            }
            total = image[image.length - 1];
        }
    }

    private static Price.Total total(Cluster cluster, String node) {
        long index = cluster.raft("s1").status("price").orElseThrow().appliedIndex();
        return (Price.Total)
                get(cluster.raft(node).group("price").read(new Price.Sum(), Consistency.stale(index), SOON));
    }

    private void restartWith(Cluster running, String node, int oldest, int newest) {
        code.put(node, new int[] {oldest, newest});
        running.crash(node);
        running.restart(node);
    }

    /** As soon as none runs; this one will stop as well. */
    private static boolean canBeStarted(Cluster cluster, String node) {
        try {
            cluster.raft(node).startPeer("price", () -> new Price(1, 1));
            return true;
        } catch (RaftFailure runs) {
            return false;
        }
    }

    private static void add(Cluster cluster, int amount) {
        get(cluster.raft("s1").group("price").write(new Price.Add(amount), SOON));
    }

    @Test
    void aGroupIsRaisedWhenItsLastMemberKnowsTheNewVersionAndWhoFallsBehindStopsAloneInOneClearLine() {
        Cluster cluster = begin(1, 1);
        add(cluster, 1);
        restartWith(cluster, "s1", 1, 2);
        restartWith(cluster, "s2", 1, 2);
        add(cluster, 1);
        assertThat(total(cluster, "s1")).as("s3 does not know it").isEqualTo(new Price.Total(2, 1));

        restartWith(cluster, "s3", 1, 2);
        VOTERS.forEach(voter -> await(
                "version 2 on " + voter,
                () -> cluster.raft(voter)
                        .status("price")
                        .filter(status -> status.machineVersion() == 2)
                        .isPresent()));
        add(cluster, 1);
        await(
                "all have it",
                () -> VOTERS.stream().allMatch(voter -> total(cluster, voter).equals(new Price.Total(4, 2))));

        restartWith(cluster, "s3", 1, 1);
        await("s3's member to stop", () -> canBeStarted(cluster, "s3"));
        assertThat(cluster.raft("s3").status("stack")).as("its node lives").isPresent();
        for (int i = 0; i < 30; i++) {
            add(cluster, 0);
        }
        await(
                "a snapshot",
                () -> cluster.raft("s2").status("price").orElseThrow().snapshotIndex() > 0);

        restartWith(cluster, "s2", 2, 3);
        assertThat(total(cluster, "s2")).as("from a snapshot of version 2").isEqualTo(new Price.Total(4, 2));
        restartWith(cluster, "s3", 1, 2);
        await(
                "s3 is back",
                () -> cluster.raft("s3")
                        .status("price")
                        .filter(status -> status.machineVersion() == 2)
                        .isPresent());
    }

    @Test
    void aNewGroupOfCodeThatHasForgottenTheFirstVersionIsRaisedBeforeItsFirstCommand() {
        Cluster cluster = begin(2, 2);
        add(cluster, 3);
        assertThat(total(cluster, "s1")).isEqualTo(new Price.Total(6, 2));
    }

    /** Else that command would be logged for a version that nobody can execute, and end every member, at each start again. */
    @Test
    void aLeaderWhoseMachineIsNotMadeYetLogsNoCommand() {
        making = new CountDownLatch(1);
        Cluster cluster = begin(2, 2);
        String leader = cluster.awaitLeader("price");
        // Without a session, whose opening would wait for the machine.
        CompletionStage<Object> written =
                cluster.raft(leader).group("price").write(new Price.Add(3), SOON.repeatable());
        long asked = System.nanoTime() + ofMillis(300).toNanos();
        await("the leader to be asked, some times", () -> System.nanoTime() > asked);
        making.countDown();
        get(written);
        assertThat(total(cluster, leader).version()).isEqualTo(2);
    }

    /** A member took it for a follower's, the core got it behind the last vote, and it was logged for version 1. */
    @Test
    void aWriteThatComesTogetherWithTheVoteThatMakesALeaderWaitsForTheRaiseToo() {
        List<String> groups = IntStream.range(0, 60).mapToObj(i -> "price-" + i).toList();
        Cluster begun = new Cluster(
                "capstan.raft.membership.check-interval = 50ms",
                (started, raft) -> groups.forEach(group -> raft.startPeer(group, () -> new Price(2, 2))),
                "s1",
                "s2",
                "s3");
        cluster = begun;
        // All at once: the more members have to do, the more comes to them together.
        List<CompletionStage<?>> all = new ArrayList<>();
        for (String group : groups) {
            all.add(begun.raft("s1").setConfiguration(group, VOTERS));
            for (int i = 0; i < 40; i++) {
                VOTERS.forEach(
                        voter -> all.add(begun.raft(voter).group(group).write(new Price.Add(1), SOON.repeatable())));
            }
        }
        all.forEach(Cluster::get);
        for (String group : groups) {
            Price.Total total = (Price.Total)
                    get(begun.raft("s1").group(group).read(new Price.Sum(), Consistency.LINEARIZABLE, SOON));
            assertThat(total.version()).as(group).isEqualTo(2);
        }
    }
}
