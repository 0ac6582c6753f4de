package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import io.capstan.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Processes of another node that are called")
class CalleesTest {
    private static final int LIMIT = 40;
    private static final int KEPT = 10;

    private static final ActorSystem<Void> SYSTEM =
            ActorSystem.create(Behaviors.empty(), "callees", ConfigFactory.load(ConfigFactory.parseString("""
                    pekko {
                      actor.provider = cluster
                      cluster.jmx.enabled = off
                      remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    }
                    """)));
    private static final AtomicInteger AGENTS = new AtomicInteger();

    private final ProcessTable table = ProcessTable.get(SYSTEM);
    private final List<Order> orders = new CopyOnWriteArrayList<>();
    private final List<Down> downs = new CopyOnWriteArrayList<>();
    private ActorRef<Order> agent = SYSTEM.deadLetters();

    @BeforeEach
    void meetOthers() {
        agent = SYSTEM.systemActorOf(
                Behaviors.<Order>receiveMessage(order -> {
                    orders.add(order);
                    return Behaviors.same();
                }),
                "agent-" + AGENTS.incrementAndGet(),
                Props.empty());
        table.meet(agent, address -> true, LIMIT);
    }

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static ActorRef<Object> remote(String name) {
        return ActorRefResolver.get(SYSTEM).resolveActorRef("pekko://callees@127.0.0.2:1/user/" + name);
    }

    private CallMonitor call(ActorRef<?> process) {
        return table.monitorForCall(process, SYSTEM.deadLetters(), downs::add);
    }

    private void callAndBeAnswered(ActorRef<?> process) {
        call(process).demonitor();
    }

    /** What the agent has been told since the last time. */
    private List<Order> said() {
        agent.tell(Order.Flush.NOW);
        Await.until("all is told", () -> orders.contains(Order.Flush.NOW));
        List<Order> said = new ArrayList<>(orders);
        said.remove(Order.Flush.NOW);
        orders.clear();
        return said;
    }

    /** Called twice, and so watched by one watch that stays: that one. */
    private Monitor wellKnown(ActorRef<?> process) {
        callAndBeAnswered(process);
        callAndBeAnswered(process);
        List<Order> said = said();
        assertThat(said).hasSize(3).last().isInstanceOf(Order.Watch.class);
        return ((Order.Watch) said.get(2)).monitor();
    }

    private void assertHasAWatchForEachCall(ActorRef<?> process) {
        callAndBeAnswered(process);
        callAndBeAnswered(process);
        assertThat(said())
                .hasExactlyElementsOfTypes(
                        Order.Call.class, Order.Unwatch.class, Order.Call.class, Order.Unwatch.class);
    }

    @Test
    void areWatchedForTheFirstCallAloneAndThenOnceForAllOthers() {
        ActorRef<?> process = remote("p#7");
        callAndBeAnswered(process);
        assertThat(said()).hasSize(2).hasExactlyElementsOfTypes(Order.Call.class, Order.Unwatch.class);
        callAndBeAnswered(process);
        assertThat(said()).hasExactlyElementsOfTypes(Order.Watch.class);
        for (int i = 0; i < 100; i++) {
            callAndBeAnswered(process);
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void areToldToEachCallByAWatchOfItsOwnWhenTheirNodeSaysThatTheyEnded() {
        for (ExitReason reason : List.of(ExitReason.crashed("on purpose"), ExitReason.NOCONNECTION)) {
            ActorRef<?> process = remote(reason.kind() + "#7");
            Monitor watch = wellKnown(process);
            CallMonitor one = call(process);
            CallMonitor other = call(process);

            watch.tellAsPeerSays(reason);

            assertThat(said()).containsExactly(new Order.Call(one), new Order.Call(other));
            assertThat(downs).as("the news overtakes no reply").isEmpty();
            one.demonitor();
            assertThat(said()).containsExactly(new Order.Unwatch(one));
        }
    }

    @Test
    void areRememberedWithTheReasonOfTheirEndWhenTheirNodeKnowsNoMoreThanThatTheyAreGone() {
        ExitReason crash = ExitReason.crashed("on purpose");
        ActorRef<?> process = remote("p#7");
        Monitor watch = wellKnown(process);
        CallMonitor call = call(process);
        watch.tellAsPeerSays(crash);
        assertThat(call.reason(ExitReason.NOPROC)).isEqualTo(crash);
        assertThat(call.reason(ExitReason.STOPPED)).isEqualTo(crash);
        assertThat(call.reason(ExitReason.KILLED)).isEqualTo(ExitReason.KILLED);
        said();

        Monitor again = wellKnown(process);
        CallMonitor other = call(process);
        again.tellAsPeerSays(ExitReason.NOCONNECTION);
        assertThat(other.reason(ExitReason.NOPROC)).isEqualTo(ExitReason.NOPROC);
    }

    @Test
    void areToldAtOnceToAllCallsWhenThisNodeKnowsThatTheLinkIsGone() {
        ActorRef<?> process = remote("p#7");
        Monitor watch = wellKnown(process);
        call(process);
        call(process);

        watch.tell(ExitReason.NOCONNECTION);

        assertThat(downs)
                .extracting(Down::reason)
                .containsOnly(ExitReason.NOCONNECTION)
                .hasSize(2);
        assertThat(said()).isEmpty();
    }

    @Test
    void areWatchedAnewAfterAnEnd() {
        ActorRef<?> process = remote("p#7");
        Monitor first = wellKnown(process);
        first.tell(ExitReason.NOCONNECTION);
        assertThat(wellKnown(process)).isNotSameAs(first);
    }

    @Test
    void haveAWatchForEachCallWhenOnlyTheirPathIsKnownAsThereMayBeAnotherByThen() {
        ActorRef<?> whoever = remote("p");
        assertHasAWatchForEachCall(whoever);
    }

    @Test
    void areForgottenWhenNobodyWaitsAndOthersNeedTheRoom() {
        List<Monitor> watches = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            watches.add(wellKnown(remote("p" + i + "#7")));
        }
        CallMonitor waiting = call(remote("p3#7"));
        Monitor stays = watches.remove(3);

        callAndBeAnswered(remote("another#7"));

        assertThat(said())
                .filteredOn(Order.Unwatch.class::isInstance)
                .extracting(order -> ((Order.Unwatch) order).monitor())
                .containsAll(watches)
                .doesNotContain(stays);
        stays.tell(ExitReason.NOCONNECTION);
        assertThat(downs).extracting(Down::ref).containsExactly(waiting);
    }

    @Test
    void areNotRememberedWhileCallsWaitForAllWhoAre() {
        for (int i = 0; i < KEPT; i++) {
            wellKnown(remote("p" + i + "#7"));
            call(remote("p" + i + "#7"));
        }
        said();
        ActorRef<?> another = remote("another#7");
        assertHasAWatchForEachCall(another);
    }
}
