package io.capstan.actors.internal.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one connection, to its last word: the socket gets what it takes now, the rest waits in the {@link Outbox},
 * where an urgent frame can still overtake it. Confined to the mesh's thread.
 */
// Justification: a write or close that fails also ends the connection, and its channelInactive tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sending {
    private static final long LINGER_MS = 250;
    private static final int TOGETHER_BYTES = 4 * 1024;

    private final Meter meter;
    private Meter.@Nullable Tally tally;
    private final Outbox outbox = new Outbox();
    private @Nullable Channel socket;
    private boolean held;
    private boolean over;

    Sending(Meter meter) {
        this.meter = meter;
    }

    /** There is a socket now. */
    void to(Channel opened) {
        socket = opened;
    }

    /** Whose connection it is, is known: what goes to it is counted for it from here on. */
    void countedFor(Meter.Tally peer) {
        tally = peer;
    }

    /** Queues a frame behind all of its rank; {@link #flush} writes. */
    void queue(int rank, Outbox.Frame frame) {
        outbox.add(rank, frame);
    }

    /** Whether nothing waits. */
    boolean idle() {
        return outbox.isEmpty();
    }

    /** Cuts as a network would: what is not written now waits. */
    void hold(boolean hold) {
        held = hold;
        flush();
    }

    /** Hands the socket what it takes now. */
    void flush() {
        if (socket == null || held || over) {
            return;
        }
        boolean wrote = false;
        while (socket.isWritable()) {
            Outbox.Frame frame = outbox.poll();
            if (frame == null) {
                break;
            }
            // What a write costs beside its bytes is more than most frames are: several small ones are one.
            int room = outbox.isEmpty() ? length(frame) : Math.max(TOGETHER_BYTES, length(frame));
            ByteBuf bytes = socket.alloc().buffer(room);
            while (frame != null) {
                put(frame, bytes);
                meter.sent(frame.whose(), length(frame));
                if (tally != null) {
                    tally.sent(length(frame));
                }
                frame = outbox.pollIf(bytes.writableBytes() - Connection.HEADER_BYTES);
            }
            socket.write(bytes, socket.voidPromise());
            wrote = true;
        }
        if (wrote) {
            socket.flush();
        }
    }

    /** Closes the socket; what waits is lost. */
    void end() {
        over = true;
        if (socket != null) {
            socket.close();
        }
        drop();
    }

    /** The same, after one last word. */
    void endWith(Control last) {
        Channel said = socket;
        if (said == null || held) {
            end();
            return;
        }
        over = true;
        var frame = new Outbox.Frame(0, 0, ControlCodec.encode(last));
        said.writeAndFlush(put(frame, said.alloc().buffer(length(frame)))).addListener(done -> linger(said));
        // A peer that is stopped, its buffers full, never takes the last word.
        said.eventLoop().schedule(() -> said.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        drop();
    }

    private void drop() {
        for (Outbox.Frame lost = outbox.poll(); lost != null; lost = outbox.poll()) {
            meter.dropped(lost.whose());
        }
    }

    /**
     * Lets the other end close first. A socket that is closed with bytes unread is reset, and the reset may overtake what
     * was said last: a stop would look like a death.
     */
    private static void linger(Channel said) {
        if (said instanceof DuplexChannel duplex && duplex.isActive()) {
            duplex.shutdownOutput(); // It reads what was said, and closes.
        }
    }

    private static int length(Outbox.Frame frame) {
        return Connection.HEADER_BYTES + frame.body().length;
    }

    private static ByteBuf put(Outbox.Frame frame, ByteBuf bytes) {
        return bytes.writeInt(1 + frame.body().length)
                .writeByte(frame.channel())
                .writeBytes(frame.body());
    }
}
