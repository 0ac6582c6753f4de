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

/** What becomes of what waits for a member that ends. */
class InboxTest {
    private final Inbox inbox = new Inbox();
    private final AtomicInteger consumed = new AtomicInteger();
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
