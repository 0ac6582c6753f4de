package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NetworkFaultsTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Whispers::start, "a", "b", "c");

    @Test
    void aCutStopsEveryTransportBothWaysBetweenTheTwoSidesOnly() {
        cluster.cut("a").from("b");
        whisper("a", "b", "lost");
        whisper("b", "a", "lost");
        whisper("a", "c", "one");
        whisper("c", "b", "two");
        cluster.heal();
        whisper("a", "b", "three");
        whisper("b", "a", "four");
        assertThat(Whispers.heardBy(cluster.system("a"))).doesNotContain("lost").endsWith("four");
        assertThat(Whispers.heardBy(cluster.system("b"))).doesNotContain("lost").endsWith("two", "three");
        assertThat(Whispers.heardBy(cluster.system("c"))).endsWith("one");
    }

    @Test
    void aOneWayCutStopsOneDirection() {
        cluster.cutOneWay("a").to("b", "c");
        whisper("a", "b", "lost");
        whisper("a", "c", "lost");
        whisper("b", "a", "heard");
        assertThat(Whispers.heardBy(cluster.system("b"))).doesNotContain("lost");
        assertThat(Whispers.heardBy(cluster.system("c"))).doesNotContain("lost");
        assertThat(Whispers.heardBy(cluster.system("a"))).endsWith("heard");
        assertThat(cluster.sees("a", "b")).isFalse();
    }

    @Test
    void aCutStandsForWhoeverIsRestartedAndACrashEndsTheTransportFirst() {
        ActorSystem<?> before = cluster.system("c");
        cluster.cut("c").from("a").crash("c");
        assertThat(new Whispers().runsOn(before)).isFalse();
        cluster.restart("c");
        whisper("c", "a", "lost again");
        whisper("a", "c", "lost again");
        assertThat(Whispers.heardBy(cluster.system("a"))).doesNotContain("lost again");
        assertThat(Whispers.heardBy(cluster.system("c"))).isEmpty();
        cluster.heal().awaitConverged();
        whisper("a", "c", "there you are");
        assertThat(Whispers.heardBy(cluster.system("c"))).containsExactly("there you are");
    }

    private static void whisper(String from, String to, String text) {
        Whispers.whisper(cluster.system(from), cluster.system(to), text);
    }
}
