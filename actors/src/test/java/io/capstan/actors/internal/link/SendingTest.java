package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the socket is given: frames by rank, small ones together. */
class SendingTest {
    private static final int LATER = 3;
    private static final int SOONER = 1;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final Sending sending = new Sending(new Meter());

    @BeforeEach
    void thereIsASocket() {
        sending.to(socket);
    }

    @AfterEach
    void nothingIsLeft() {
        socket.finishAndReleaseAll();
    }

    private void queue(int rank, int channel, int bytes) {
        sending.queue(rank, new Outbox.Frame(channel, channel, new byte[bytes]));
    }

    /** Channels of the frames of each write. */
    private List<List<Integer>> writes() {
        List<List<Integer>> writes = new ArrayList<>();
        for (ByteBuf write = socket.readOutbound(); write != null; write = socket.readOutbound()) {
            List<Integer> channels = new ArrayList<>();
            while (write.isReadable()) {
                int length = write.readInt();
                channels.add((int) write.readByte());
                write.skipBytes(length - 1);
            }
            writes.add(channels);
            write.release();
        }
        return writes;
    }

    @Test
    void smallFramesThatWaitTogetherAreOneWriteInTheirOrder() {
        queue(LATER, 7, 100);
        queue(LATER, 8, 0);
        queue(SOONER, 9, 300);
        sending.flush();
        assertThat(writes()).containsExactly(List.of(9, 7, 8));
        assertThat(sending.idle()).isTrue();
    }

    @Test
    void aWriteIsNoLongerThanItsRoomAndALargeFrameIsOneByItself() {
        for (int channel = 1; channel <= 3; channel++) {
            queue(LATER, channel, 2_000);
        }
        queue(LATER, 4, 50_000);
        queue(LATER, 5, 1);
        sending.flush();
        assertThat(writes()).containsExactly(List.of(1, 2), List.of(3), List.of(4), List.of(5));
    }

    @Test
    void aFrameThatIsTooLongForWhatIsLeftIsNotOvertakenByOneOfLessRank() {
        queue(SOONER, 1, 100);
        queue(SOONER, 2, 50_000);
        queue(LATER, 3, 1);
        sending.flush();
        assertThat(writes()).containsExactly(List.of(1), List.of(2), List.of(3));
    }

    @Test
    void whatIsHeldWaitsAndGoesOutTogether() {
        sending.hold(true);
        queue(LATER, 1, 10);
        sending.flush();
        queue(LATER, 2, 10);
        sending.flush();
        assertThat(writes()).isEmpty();
        sending.hold(false);
        assertThat(writes()).containsExactly(List.of(1, 2));
    }
}
