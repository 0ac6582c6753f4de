package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.process.ProcessCodec.Frame;
import io.capstan.actors.internal.process.ProcessCodec.Operation;
import io.capstan.actors.process.Subject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "sessions");

    private final ProcessTable table = ProcessTable.get(SYSTEM);
    private final ActorRef<?> one = new Subject(SYSTEM).ref();
    private final ActorRef<?> other = new Subject(SYSTEM).ref();
    private final Session session = new Session(new NodeId("b", 1), 7, 10);
    private final ByteBuffer frame = ByteBuffer.allocate(64 * 1024);
    private final List<Frame> sent = new ArrayList<>();

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private List<Frame> flush() {
        sent.clear();
        session.flush(frame, bytes -> sent.add(ProcessCodec.read(bytes)));
        return sent;
    }

    @Test
    void itIsOpenedFirstAndAgainWhenThePeerOpensAndThenNoMore() {
        assertThat(flush()).containsExactly(new Frame.Open(7));
        session.opened(3, table);
        assertThat(flush()).containsExactly(new Frame.Open(7));
        session.opened(3, table);
        assertThat(flush()).isEmpty();
    }

    @Test
    void anOpenThatFindsNoRoomIsSentWhenThereIsSome() {
        session.flush(frame, full -> false);
        assertThat(flush()).containsExactly(new Frame.Open(7));
    }

    @Test
    void whatAFormerSessionOfThePeerWasToldIsNoconnectionAndTheNewOneIsToldOnlyWhatComesAfter() {
        List<ExitReason> told = new ArrayList<>();
        session.opened(3, table);
        session.watch(
                1, new Monitor(table, other, down -> told.add(down.reason()), false), new Operation.Watch(1, "p"));
        flush();
        session.opened(4, table);
        assertThat(told).containsExactly(ExitReason.NOCONNECTION);
        session.watch(
                2, new Monitor(table, other, down -> told.add(down.reason()), false), new Operation.Watch(2, "p"));
        assertThat(flush())
                .containsExactly(new Frame.Open(7), new Frame.Operations(4, List.of(new Operation.Watch(2, "p"))));
        assertThat(told).hasSize(1);
    }

    @Test
    void linksThatComeAndGoWhileNothingCanBeSentTakeBoundedRoom() {
        for (int i = 0; i < 1_000; i++) {
            Link end = new Link();
            if (session.link(one, other, end, new Operation.Link("f", "t"))) {
                session.unlink(one, other, end, new Operation.Unlink("f", "t"));
            }
        }
        session.opened(3, table);
        List<Operation> waited = flush().stream()
                .filter(one -> one instanceof Frame.Operations)
                .flatMap(one -> ((Frame.Operations) one).operations().stream())
                .toList();
        assertThat(waited).hasSizeBetween(10, 20);
    }

    @Test
    void aLinkThatThePeerSentBeforeItKnewOfOurUnlinkIsNone() {
        Link end = new Link();
        session.opened(3, table);
        assertThat(session.link(one, other, end, new Operation.Link("f", "t"))).isTrue();
        session.unlink(one, other, end, new Operation.Unlink("f", "t"));
        assertThat(session.awaitsLink(one, other)).isFalse();
        assertThat(session.awaitsLink(other, one)).as("another pair").isTrue();
        session.acknowledged(one, other);
        assertThat(session.awaitsLink(one, other)).isTrue();
    }

    @Test
    void aLinkOfOursTakesBackWhatOurUnlinkSaidAboutThoseOfThePeer() {
        session.opened(3, table);
        Link end = new Link();
        session.link(one, other, end, new Operation.Link("f", "t"));
        session.unlink(one, other, end, new Operation.Unlink("f", "t"));
        session.link(one, other, end, new Operation.Link("f", "t"));
        session.unlinked(one, other);
        assertThat(session.awaitsLink(one, other))
                .as("the peer has unlinked and linked meanwhile, as we have")
                .isTrue();
        session.link(one, other, end, new Operation.Link("f", "t"));
        session.unlink(one, other, end, new Operation.Unlink("f", "t"));
        session.acknowledged(one, other);
        assertThat(session.awaitsLink(one, other))
                .as("that was the answer to the first")
                .isFalse();
        session.acknowledged(one, other);
        assertThat(session.awaitsLink(one, other)).isTrue();
    }

    @Test
    void unlinksThatThePeerNeverAnswersTakeBoundedRoom() {
        session.opened(3, table);
        int made = 0;
        for (int i = 0; i < 100; i++) {
            ActorRef<?> each = new Subject(SYSTEM).ref();
            Link end = new Link();
            if (session.link(one, each, end, new Operation.Link("f", "t"))) {
                session.unlink(one, each, end, new Operation.Unlink("f", "t"));
                made++;
            }
            flush();
        }
        assertThat(made).isEqualTo(10);
        session.acknowledged(one, other);
        assertThat(session.link(one, other, new Link(), new Operation.Link("f", "t")))
                .as("another pair's answer makes no room")
                .isFalse();
    }

    @Test
    void anUnlinkOfAnEndThatWasMadeAnewSinceEndsNothing() {
        Link former = new Link();
        Link latest = new Link();
        session.opened(3, table);
        session.link(one, other, former, new Operation.Link("f", "t"));
        session.unlinked(one, other);
        session.link(one, other, latest, new Operation.Link("f", "t"));
        session.unlink(one, other, former, new Operation.Unlink("f", "t"));
        assertThat(session.unlinked(one, other)).isSameAs(latest);
    }
}
