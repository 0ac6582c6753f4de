package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.core.Message;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.RaftFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who is woken for what, and what becomes of what waits for a member that ends. */
class InboxTest {
    private final Inbox inbox = new Inbox();
    private final AtomicInteger consumed = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();
    private final List<ClientFrame.Reply> replies = new ArrayList<>();

    private PeerEvent frame() {
        RaftFrame frame = new RaftFrame("orders", new GroupId(1, 2), 3, 4, 1, new Message.Farewell(5));
        return new PeerEvent.Frame("b", frame, consumed::incrementAndGet);
    }

    private PeerEvent question(long correlation) {
        return new PeerEvent.Asked(new ClientFrame.Probe(correlation, "orders"), replies::add);
    }

    @Test
    void theLinksGetTheirRoomBackForEachFrameOnceWhetherOrNotItWasWorkedOff() {
        inbox.add(frame());
        inbox.drain(10);
        assertThat(consumed).hasValue(0);
        inbox.worked();
        assertThat(consumed).hasValue(1);

        inbox.add(frame());
        inbox.drain(10);
        inbox.add(frame());
        inbox.end();
        assertThat(consumed).hasValue(3);

        inbox.add(frame());
        assertThat(consumed).hasValue(4);
        assertThat(inbox.drain(10)).isEmpty();
    }

    private PeerEvent.Asked read(int mode) {
        return new PeerEvent.Asked(new ClientFrame.Read(1, "orders", mode, 0, 1_000, new byte[0]), replies::add);
    }

    private void duringARound(boolean ticks) {
        inbox.attach(woken::incrementAndGet);
        inbox.ticks(ticks);
        inbox.drain(10);
        inbox.turned(1, 1_000, true);
    }

    /** How often the member is woken by what is done, if it takes up whatever it is woken for. */
    private int wakesBy(Runnable done) {
        int before = woken.get();
        done.run();
        int times = woken.get() - before;
        inbox.drain(10);
        return times;
    }

    @Test
    void aReadThatWouldWaitForTheNextRoundWakesNobodyUntilTheRoundIsOver() {
        duringARound(true);

        inbox.ask(read(0));
        assertThat(woken).as("by a linearizable read").hasValue(1);
        inbox.turned(1, 1_000, false);
        assertThat(woken).as("as the round ends").hasValue(2);
        assertThat(inbox.drain(10)).hasSize(1);
    }

    @Test
    void allElseWakesTheMemberDuringARoundToo() {
        duringARound(true);

        assertThat(wakesBy(() -> inbox.ask(read(1)))).as("a read by lease").isOne();
        assertThat(wakesBy(() -> inbox.ask(read(2)))).as("a stale read").isOne();
        assertThat(wakesBy(() -> inbox.add(frame()))).as("a frame").isOne();
        inbox.turned(1, 1_000, false);
        assertThat(wakesBy(() -> inbox.ask(read(0))))
                .as("a read after the round")
                .isOne();
    }

    @Test
    void aReadIsTakenUpAtOnceWhereNothingTicks() {
        duringARound(false);

        assertThat(wakesBy(() -> inbox.ask(read(0)))).isOne();
    }

    @Test
    void whoAskedIsToldWhetherItWasTakenOutOrWaitsOrComesTooLate() {
        inbox.add(question(1));
        inbox.drain(10);
        inbox.add(question(2));
        inbox.end();
        inbox.add(question(3));

        assertThat(replies).extracting(ClientFrame.Reply::correlation).containsExactly(1L, 2L, 3L);
    }
}
