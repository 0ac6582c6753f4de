package io.capstan.actors.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Home.Neighbour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The membership of a node that is no member yet")
class MembershipTest {
    private static final long LONG_AFTER = Duration.ofHours(1).toNanos();

    private ActorSystem<Void> system;
    private Membership membership;

    @BeforeEach
    void start() {
        system = ActorSystem.create(
                Behaviors.empty(),
                "capstan",
                ConfigFactory.parseString(
                                "pekko { actor.provider = cluster, cluster.jmx.enabled = off, coordinated-shutdown.run-by-actor-system-terminate = off, remote.artery.canonical { hostname = 127.0.0.1, port = 0 } }")
                        .withFallback(ConfigFactory.load()));
        membership = new Membership(system, "b", true, Duration.ofSeconds(3), Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("is not formed by one that is linked to nobody, however long it waits: its cluster is elsewhere")
    void aLonelyNodeFormsNone() {
        review(List.of());
        assertThat(membership.member()).isFalse();
    }

    @Test
    void isFormedByTheLowestOnceAllThatItKnowsAreLinked() {
        review(List.of("c"), neighbour("c"));
        assertThat(membership.member()).isTrue();
    }

    @Test
    void isNotFormedWhileOneThatItKnowsIsMissing() {
        review(List.of("c", "d"), neighbour("c"));
        assertThat(membership.member()).isFalse();
    }

    @Test
    void isNotFormedByAnyButTheLowest() {
        review(List.of("a"), neighbour("a"));
        assertThat(membership.member()).isFalse();
    }

    @Test
    @DisplayName("is told of, once, when it was formed here and another stands elsewhere")
    void comesApart() {
        List<String> told = new ArrayList<>();
        membership.onApart(told::add);
        membership.form();
        Neighbour member = new Neighbour(new NodeId("a", 1), "pekko://capstan@127.0.0.1:1", true);

        review(List.of("a"), member);
        review(List.of("a"), member);

        assertThat(told).containsExactly("pekko://capstan@127.0.0.1:1");
    }

    private void review(List<String> known, Neighbour... linked) {
        membership.review(known, List.of(linked), 0);
        membership.review(known, List.of(linked), LONG_AFTER);
    }

    private static Neighbour neighbour(String name) {
        return new Neighbour(new NodeId(name, 1), "pekko://capstan@127.0.0.1:1", false);
    }
}
