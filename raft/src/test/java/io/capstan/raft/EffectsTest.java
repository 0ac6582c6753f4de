package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.wire.EffectFrame;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EffectsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));
    // References must be resolvable on all nodes, so there is Artery, which carries nothing.
    private static final String REMOTE = """
            pekko { actor.provider = cluster, cluster.jmx.enabled = off
              remote.artery.canonical { hostname = 127.0.0.1, port = 0 } }
            capstan.raft { effects { repeat-interval = 50ms, lost-after = 300ms }, membership.check-interval = 50ms }
            """;

    private static final List<String> GROUPS = List.of("g0", "g1", "g2", "g3", "g4", "g5", "g6");

    private static Cluster cluster;
    private static int used;

    private final String group = GROUPS.get(used++);
    private final List<Watchtower.Note> received = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        cluster = new Cluster(
                REMOTE,
                (started, raft) -> {
                    if (VOTERS.contains(started.name())) {
                        GROUPS.forEach(name -> raft.startPeer(name, Watchtower::new));
                    }
                },
                "s1",
                "s2",
                "s3",
                "out");
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @BeforeEach
    void begin() {
        get(cluster.raft("out").setConfiguration(group, VOTERS));
    }

    @AfterEach
    void mend() {
        cluster.network().lose(null);
        cluster.network().heal();
        VOTERS.stream().filter(voter -> !cluster.runs(voter)).forEach(cluster::restart);
    }

    private RaftGroup tower() {
        return cluster.raft("out").group(group);
    }

    private ActorRef<Watchtower.Note> process() {
        Behavior<Watchtower.Note> behavior = Behaviors.receiveMessage(note -> {
            received.add(note);
            return note.text().equals("stop") ? Behaviors.stopped() : Behaviors.same();
        });
        return cluster.system("out").systemActorOf(behavior, "process-" + group, Props.empty());
    }

    /** As another node knows it. */
    private static ActorRef<Watchtower.Note> on(String node, ActorRef<Watchtower.Note> process) {
        return ActorRefResolver.get(cluster.system(node))
                .resolveActorRef(ActorRefResolver.get(cluster.system("out")).toSerializationFormat(process));
    }

    private List<String> texts() {
        return received.stream().map(Watchtower.Note::text).toList();
    }

    private List<String> notes() {
        return ((Watchtower.Notes) get(tower().read(new Watchtower.Seen(), Consistency.LINEARIZABLE, SOON))).texts();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private void awaitRest() {
        VOTERS.stream()
                .filter(cluster::runs)
                .forEach(voter -> await(
                        "rest on " + voter,
                        () -> cluster.raft(voter).status(group).orElseThrow().resting()));
    }

    @Test
    void whatIsSentArrivesOnceAndInOrderThoughHalfOfTheFramesAreLostAndTheLeadersAreKilled() {
        cluster.network().lose(EffectFrame.CHANNEL);
        ActorRef<Watchtower.Note> process = process();
        for (String text : numbers(0, 20)) {
            get(tower().write(new Watchtower.Tell(process, text), SOON));
        }
        String leader = cluster.awaitLeader(group);
        cluster.crash(leader);
        for (String text : numbers(20, 40)) {
            get(tower().write(new Watchtower.Tell(process, text), SOON));
        }
        cluster.restart(leader);
        String next = cluster.awaitLeader(group);
        get(cluster.raft("out").transferLeadership(group, others(VOTERS, next).get(0)));

        await("all forty", () -> received.size() >= 40);
        cluster.network().lose(null);
        awaitRest();
        assertThat(texts()).isEqualTo(numbers(0, 40));
        assertThat(received).extracting(Watchtower.Note::id).doesNotHaveDuplicates();
    }

    @Test
    void whatNobodyAcknowledgedIsSentByTheNextLeaderAndNotDeliveredTwice() {
        ActorRef<Watchtower.Note> process = process();
        String leader = cluster.awaitLeader(group);
        cluster.network().cut(List.of(leader), List.of("out"));
        get(cluster.raft(leader).group(group).write(new Watchtower.Tell(on(leader, process), "once"), SOON));
        assertThat(received).as("the leader has no way to it").isEmpty();

        cluster.network().cut(List.of(leader), VOTERS);
        await("it comes from another", () -> texts().equals(List.of("once")));
        cluster.network().heal();
        get(cluster.raft("out").transferLeadership(group, leader));
        awaitRest();
        assertThat(texts()).containsExactly("once");
    }

    @Test
    void aTimerFiresOnceByLogTimeAlsoWhenItsLeaderIsGone() {
        get(tower().write(new Watchtower.Wait(300, "late"), SOON));
        get(tower().write(new Watchtower.Wait(1, "early"), SOON));
        cluster.crash(cluster.awaitLeader(group));

        await("both", () -> notes().size() >= 2);
        get(tower().write(new Watchtower.Noted("end"), SOON));
        assertThat(notes()).containsExactly("early", "late", "end");
    }

    @Test
    void theEndOfAMonitoredProcessBecomesAnEntryOnceAlsoAfterTheLeaderChanged() {
        ActorRef<Watchtower.Note> process = process();
        get(tower().write(new Watchtower.Watch(process, "p"), SOON));
        String leader = cluster.awaitLeader(group);
        get(cluster.raft("out").transferLeadership(group, others(VOTERS, leader).get(0)));
        process.tell(new Watchtower.Note("", "stop"));

        await("its end", () -> !notes().isEmpty());
        get(cluster.raft("out").transferLeadership(group, leader));
        get(tower().write(new Watchtower.Watch(process, "again"), SOON));
        await("the end of one that is gone", () -> notes().size() > 1);
        awaitRest();
        assertThat(notes()).containsExactly("p STOPPED", "again STOPPED");
    }

    @Test
    void aMonitoredProcessWhoseNodeIsLostIsDownAndOneThatNobodyKnowsToo() {
        ActorRef<Watchtower.Note> process = process();
        get(tower().write(new Watchtower.Watch(process, "p"), SOON));
        RaftGroup inside = cluster.raft("s1").group(group);
        cluster.network().cut(List.of("out"), VOTERS);
        await(
                "lost",
                () -> ((Watchtower.Notes) get(inside.read(new Watchtower.Seen(), Consistency.LINEARIZABLE, SOON)))
                        .texts()
                        .equals(List.of("p NOCONNECTION")));

        get(inside.write(new Watchtower.Watch(on("s1", process), "q"), SOON));
        await(
                "unknown",
                () -> ((Watchtower.Notes) get(inside.read(new Watchtower.Seen(), Consistency.LINEARIZABLE, SOON)))
                        .texts()
                        .equals(List.of("p NOCONNECTION", "q NOCONNECTION")));
    }

    @Test
    void effectsLiveInSnapshotsAndComeBackWithThem() {
        ActorRef<Watchtower.Note> process = process();
        cluster.network().cut(List.of("out"), VOTERS);
        RaftGroup inside = cluster.raft("s1").group(group);
        get(inside.write(new Watchtower.Tell(on("s1", process), "kept"), SOON));
        get(inside.write(new Watchtower.Wait(1_000, "timer"), SOON));
        VOTERS.forEach(voter -> get(cluster.raft("s1").snapshot(group, voter)));
        VOTERS.forEach(voter -> await(
                "a snapshot",
                () -> cluster.raft(voter).status(group).orElseThrow().snapshotIndex() > 0));
        VOTERS.forEach(cluster::crash);
        VOTERS.forEach(cluster::restart);
        cluster.network().heal();

        await("the message", () -> texts().equals(List.of("kept")));
        await("the timer", () -> notes().equals(List.of("timer")));
    }

    @Test
    void aCommandThatThrowsHasNoEffects() {
        ActorRef<Watchtower.Note> process = process();
        assertThatThrownBy(() -> get(tower().write(new Watchtower.Fail(process), SOON)))
                .isInstanceOfSatisfying(
                        RaftFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(RaftFailure.Kind.MACHINE_FAILED));
        get(tower().write(new Watchtower.Tell(process, "after"), SOON));
        await("the one after it", () -> !received.isEmpty());
        assertThat(texts()).containsExactly("after");
    }
}
