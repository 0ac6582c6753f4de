package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
