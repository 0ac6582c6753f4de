package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Within;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LockOverloadTest {
    @Test
    void aSessionThatCannotBeOpenedForTooMuchIsUnderWaySaysSoAndDoesNotAskAgainWithoutAPause() {
        int most = 16;
        try (LockCluster cluster = new LockCluster("capstan.raft.client.requests-max = " + most)) {
            Ttl ttl = Ttl.of(ofSeconds(30));
            get(cluster.locks("s1").session(ttl, cause -> {}).acquire("x", within(ofSeconds(20))));
            cluster.network().cut(List.of("client"), List.of("s1", "s2", "s3"));
            List<CompletionStage<HeldLock>> all = new ArrayList<>();
            for (int i = 0; i <= most; i++) {
                all.add(cluster.locks("client").session(ttl, cause -> {}).acquire("y" + i, within(ofSeconds(20))));
            }
            assertThatThrownBy(() -> get(all.get(most)))
                    .isInstanceOfSatisfying(
                            LockFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(LockFailure.Kind.OVERLOADED))
                    .hasMessageContaining("capstan.raft.client.requests-max");
            cluster.network().heal();
            get(all.get(0));
        }
    }

    @Test
    void howeverManyWaitForALockOthersAreStillRenewedAcquiredAndReleased() {
        int most = 24;
        try (LockCluster cluster = new LockCluster(
                "capstan.raft { client.requests-max = " + most + ", peer.requests-max = " + most + " }")) {
            Within soon = within(ofSeconds(20));
            HeldLock held = get(cluster.locks("s1")
                    .session(Ttl.of(ofSeconds(30)), cause -> {})
                    .acquire("x", soon));
            List<CompletionStage<HeldLock>> waiting = new ArrayList<>();
            for (String node : List.of("s2", "client")) {
                LockSession session = cluster.locks(node).session(Ttl.of(ofSeconds(30)), cause -> {});
                for (int i = 0; i < most; i++) {
                    waiting.add(session.acquire("x", within(ofSeconds(50))));
                    await("one more waits", () -> cluster.waiting("x") == waiting.size());
                }
            }
            HeldLock other = get(cluster.locks("client")
                    .session(Ttl.of(ofSeconds(30)), cause -> {})
                    .acquire("y", soon));
            get(other.release());
            get(held.release());
            waiting.forEach(next -> get(get(next).release()));
        }
    }
}
