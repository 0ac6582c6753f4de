package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.raft.Consistency;
import io.capstan.testkit.lease.LeaseContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.coordination.lease.LeaseException;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.apache.pekko.coordination.lease.javadsl.LeaseProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CapstanLeaseTest extends LeaseContract {
    private static final String BLOCK = "capstan.raft.lock.lease";
    private static final Config CONFIG = ConfigFactory.load()
            .getConfig(BLOCK)
            .withFallback(ConfigFactory.load().getConfig("pekko.coordination.lease"));

    private static LockCluster cluster;

    @BeforeAll
    static void start() {
        cluster = new LockCluster();
        // Until there is a leader: what the first test asks has a short deadline.
        cluster.status("none");
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @AfterEach
    void healed() {
        cluster.network().heal();
    }

    private static String node(String owner) {
        return owner.equals("one") ? "client" : "s2";
    }

    @Override
    protected Lease lease(String name, String owner) {
        return lease(name, owner, TTL);
    }

    private CapstanLease lease(String name, String owner, Duration ttl) {
        LeaseSettings settings = LeaseSettings.apply(CONFIG, name, owner);
        settings = settings.withTimeoutSettings(
                settings.timeoutSettings().withHeartbeatTimeout(ttl).withOperationTimeout(Duration.ofSeconds(2)));
        return new CapstanLease(settings, () -> Optional.of(cluster.locks(node(owner))));
    }

    @Override
    protected void cutOff(String owner) {
        cluster.network().cut(List.of(node(owner)), List.of("s1", "s2", "s3", "client"));
    }

    @Override
    protected void heal() {
        cluster.network().heal();
    }

    @Override
    protected void pausedFor(String owner, Duration pause) {
        cluster.ahead(node(owner), pause);
    }

    @Override
    protected void wallClockAhead(String owner, Duration ahead) {
        cluster.wallAhead(node(owner), ahead);
    }

    @Test
    void pekkoFindsItByItsBlockAndEveryRequestIsAnsweredWhereThereIsNoNode() {
        Config local = ConfigFactory.parseString("pekko.actor.provider = local, pekko.loglevel = WARNING, " + BLOCK
                        + ".lease-operation-timeout = 300ms")
                .withFallback(ConfigFactory.load());
        ActorSystem<?> system = ActorSystem.create(Behaviors.empty(), "alone", local);
        try {
            Lease lease = LeaseProvider.get(system).getLease("x", BLOCK, "owner");
            CompletionStage<Boolean> acquired = lease.acquire();
            assertThatThrownBy(() -> get(acquired))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining("no Capstan node");
            assertThat(lease.checkLease()).isFalse();
        } finally {
            system.terminate();
            get(system.getWhenTerminated());
        }
    }

    @Test
    void aThousandLeasesOfANodeShareOneSessionAndLeaveNothingBehind() {
        List<CapstanLease> shards = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            shards.add(lease("shard-" + i, "one", TTL));
        }
        shards.stream()
                .map(CapstanLease::acquire)
                .toList()
                .forEach(acquired -> assertThat(get(acquired)).isTrue());
        assertThat(shards).allMatch(CapstanLease::checkLease);
        shards.stream()
                .map(CapstanLease::release)
                .toList()
                .forEach(released -> assertThat(get(released)).isTrue());
        assertThat(get(cluster.locks("s1").overview(Consistency.LINEARIZABLE)))
                .extracting(LockStatus::name)
                .noneMatch(name -> name.startsWith("lease/shard-"));
    }

    @Test
    void aTimeToLiveThatCannotBeNamesItsKey() {
        assertThatThrownBy(() -> lease("x", "one", Duration.ofMillis(20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capstan.raft.lock.lease.heartbeat-timeout");
    }
}
