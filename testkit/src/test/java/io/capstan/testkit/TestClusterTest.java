package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestClusterTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of("a", "b", "c");

    /** The file is there, in this module's test resources. */
    @Test
    void aProgramsOwnConfigurationIsNotRead() {
        assertThat(ConfigFactory.parseResources("application.conf").hasPath("testkit-must-not-read"))
                .isTrue();
        assertThat(cluster.system("a").settings().config().hasPath("testkit-must-not-read"))
                .isFalse();
    }

    @Test
    void aCutIsSeenOnBothSidesAndHealed() {
        cluster.cut("a").from("b", "c");
        cluster.awaitApart("a", "b").awaitApart("a", "c");
        assertThat(cluster.sees("a", "b")).isFalse();
        assertThat(cluster.sees("c", "a")).isFalse();
        cluster.heal().awaitConverged();
        assertThat(cluster.sees("a", "b")).isTrue();
        assertThat(cluster.sees("c", "a")).isTrue();
    }

    @Test
    void aCutLosesMessagesBothWays() {
        Inbox atA = new Inbox("a");
        Inbox atB = new Inbox("b");
        cluster.cut("a").from("b");
        atA.receives("b", "lost");
        atB.receives("a", "lost");
        // A heal at once could overtake what still waits in Pekko's own queue.
        cluster.awaitApart("a", "b");
        cluster.heal();
        atA.receives("b", "after");
        atB.receives("a", "after");
        cluster.await("what was sent after the heal arrives", () -> atA.got("after") && atB.got("after"));
        assertThat(atA.got("lost")).isFalse();
        assertThat(atB.got("lost")).isFalse();
    }

    @Test
    void aOneWayCutLosesMessagesOneWayOnly() {
        Inbox atA = new Inbox("a");
        Inbox atB = new Inbox("b");
        cluster.cutOneWay("a").to("b");
        atB.receives("a", "lost");
        atA.receives("b", "heard");
        cluster.await("what b sends arrives at a", () -> atA.got("heard"));
        cluster.awaitApart("a", "b");
        atA.receives("b", "heard later");
        cluster.await("what b sends still arrives at a", () -> atA.got("heard later"));
        cluster.heal();
        atB.receives("a", "after");
        cluster.await("what a sends arrives at b again", () -> atB.got("after"));
        assertThat(atB.got("lost")).isFalse();
    }

    @Test
    void aCrashedMemberIsMissedAndItsSuccessorIsAnother() throws Exception {
        long before = uid("c");
        Path left = Files.writeString(directory("c").resolve("note"), "still here");
        cluster.crash("c");
        assertThat(cluster.isRunning("c")).isFalse();
        assertThatThrownBy(() -> cluster.system("c")).hasMessageContaining("\"c\" is not running");
        cluster.await("a misses c", () -> !cluster.sees("a", "c"));
        cluster.restart("c").awaitConverged();
        assertThat(uid("c")).isNotEqualTo(before);
        assertThat(left).hasContent("still here");
    }

    @Test
    void theFirstMemberRestartedJoinsTheOthersInsteadOfFormingASecondCluster() {
        cluster.crash("a").restart("a").awaitConverged();
        assertThat(Cluster.get(cluster.system("a")).state().getMembers()).hasSize(3);
    }

    @Test
    void aCutStandsForAMemberRestartedMeanwhile() {
        cluster.cut("c").from("a", "b").crash("c").restart("c");
        Inbox atA = new Inbox("a");
        atA.receives("c", "held back");
        cluster.awaitApart("a", "c");
        assertThat(atA.got("held back")).isFalse();
        assertThat(Cluster.get(cluster.system("c")).state().getMembers()).isEmpty();
        cluster.heal().awaitConverged();
    }

    @Test
    void aStoppedMemberLeaves() {
        cluster.stop("b");
        cluster.await(
                "b has left",
                () -> Cluster.get(cluster.system("a")).state().members().size() == 2);
    }

    @Test
    void stoppingTheDeadChangesNothing() {
        cluster.crash("b").stop("b");
        assertThat(cluster.isRunning("b")).isFalse();
        cluster.restart("b").awaitConverged();
    }

    @Test
    void aScheduleIsAppliedStepByStep() {
        cluster.apply(Faults.parse("cut a|b,c; kill b; wait 10ms; heal; restart b"))
                .awaitConverged();
        assertThatThrownBy(() -> cluster.apply(Faults.parse("pause a 2s")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("share one JVM");
        assertThatThrownBy(() -> cluster.apply(Faults.parse("clock a +1h")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("a TestCluster cannot set the clock of a");
    }

    @Test
    void anAwaitThatFailsTellsWhatEachMemberSaw() {
        cluster.crash("c");
        assertThatThrownBy(() -> cluster.await("pigs fly", Duration.ofMillis(20), () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("pigs fly")
                .hasMessageContaining("a, start")
                .hasMessageContaining("c, start")
                .hasMessageContaining("not running");
    }

    @Test
    void aNameThatIsNoMemberIsRefused() {
        assertThatThrownBy(() -> cluster.cut("a").from("x")).hasMessageContaining("\"x\"");
        assertThat(cluster.describe()).contains("cuts []");
    }

    @Test
    void theFactoryIsTold() {
        assertThat(List.of("a", "b", "c")).allSatisfy(name -> {
            var kit = cluster.system(name).settings().config().getConfig("capstan.testkit");
            assertThat(kit.getString("name")).isEqualTo(name);
            assertThat(kit.getConfigList("members")).hasSize(3);
            assertThat(kit.getConfigList("members").get(1).getInt("link-port")).isPositive();
            assertThat(Path.of(kit.getString("directory"))).isDirectory();
        });
    }

    private static Path directory(String name) {
        return Path.of(cluster.system(name).settings().config().getString("capstan.testkit.directory"));
    }

    private static long uid(String name) {
        return Cluster.get(cluster.system(name)).selfUniqueAddress().longUid();
    }

    /** An actor on one member that remembers what it was told. */
    private static final class Inbox {
        private static int inboxes;

        private final String name = "inbox-" + inboxes++;
        private final Queue<Object> messages = new ConcurrentLinkedQueue<>();
        private final ActorSystem<?> system;

        Inbox(String member) {
            system = cluster.system(member);
            system.systemActorOf(
                    Behaviors.receiveMessage(message -> {
                        messages.add(message);
                        return Behaviors.same();
                    }),
                    name,
                    Props.empty());
        }

        void receives(String sender, String text) {
            String path = Cluster.get(system).selfAddress() + "/system/" + name;
            ActorSelection selection = Adapter.toClassic(cluster.system(sender)).actorSelection(path);
            selection.tell(text, org.apache.pekko.actor.ActorRef.noSender());
        }

        boolean got(String text) {
            return messages.contains(text);
        }
    }
}
