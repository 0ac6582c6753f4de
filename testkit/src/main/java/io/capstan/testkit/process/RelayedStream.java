package io.capstan.testkit.process;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One direction of a connection through a relay: one thread reads pieces, another writes each when its time has come. */
final class RelayedStream {
    private static final int PIECE_MAX = 16 * 1024;
    private static final int PIECES_MAX = 256;
    private static final long LOOK_NANOS = 50_000_000;
    // So long the next may take to come before one that it shall overtake.
    private static final long HELD_NANOS = 100_000_000;

    /** An empty one is the end. */
    private record Piece(byte[] bytes, long due) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    private final Socket in;
    private final Socket out;
    private final Supplier<Treatment> treatment;
    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES_MAX);

    RelayedStream(Socket in, Socket out, Supplier<Treatment> treatment) {
        this.in = in;
        this.out = out;
        this.treatment = treatment;
    }

    /** Until there is no more. */
    void read() {
        byte[] buffer = new byte[PIECE_MAX];
        try {
            for (int length = in.getInputStream().read(buffer);
                    length >= 0;
                    length = in.getInputStream().read(buffer)) {
                Treatment now = treatment.get();
                long jitter = now.jitterNanos() == 0
                        ? 0
                        : ThreadLocalRandom.current().nextLong(-now.jitterNanos(), now.jitterNanos() + 1);
                // Whatever the jitter, nothing overtakes: the pieces stand in a queue.
                long due = System.nanoTime() + Math.max(0, now.delayNanos() + jitter);
                pieces.put(new Piece(Arrays.copyOf(buffer, length), due));
            }
            pieces.put(new Piece(new byte[0], System.nanoTime()));
        } catch (IOException | InterruptedException ended) {
            reset();
        }
    }

    /** Until the end. */
    void write() {
        try {
            for (Piece piece = take(); !piece.isEnd(); piece = take()) {
                Treatment now = treatment.get();
                Piece next = chance(now.reorder()) ? pieces.poll(HELD_NANOS, TimeUnit.NANOSECONDS) : null;
                if (next != null && !next.isEnd()) {
                    write(next);
                }
                write(piece);
                if (chance(now.duplicate())) {
                    write(piece);
                }
                if (next != null && next.isEnd()) {
                    break;
                }
            }
            out.shutdownOutput();
        } catch (IOException | InterruptedException ended) {
            reset();
        }
    }

    private Piece take() throws InterruptedException, IOException {
        while (!out.isClosed()) {
            Piece piece = pieces.poll(LOOK_NANOS, TimeUnit.NANOSECONDS);
            if (piece != null) {
                return piece;
            }
        }
        throw new IOException("the connection was reset");
    }

    private void write(Piece piece) throws IOException {
        for (long left = piece.due() - System.nanoTime(); left > 0; left = piece.due() - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        out.getOutputStream().write(piece.bytes());
    }

    private static boolean chance(int percent) {
        return percent > 0 && ThreadLocalRandom.current().nextInt(100) < percent;
    }

    /** Both ends hear that it was reset. */
    void reset() {
        reset(in);
        reset(out);
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It has ended in another way.
        }
    }
}
