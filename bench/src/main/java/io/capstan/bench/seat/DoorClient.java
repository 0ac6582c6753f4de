package io.capstan.bench.seat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client of whichever {@link Door} says that its process leads; finds another when that closes. */
public final class DoorClient implements Service {
    private static final int CONNECT_MILLIS_MAX = 500;

    private final Seating seating;
    private final AtomicLong numbers = new AtomicLong();
    private volatile @Nullable Line line;

    /** Connects with the first request. */
    public DoorClient(Seating seating) {
        this.seating = seating;
    }

    private record Frame(long number, byte kind, byte[] command) {}

    /** One connection, and what is under way on it. */
    private static final class Line {
        private final Socket socket;
        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final Map<Long, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
        private volatile boolean closed;

        Line(Socket socket) {
            this.socket = socket;
        }

        void write() throws IOException, InterruptedException {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
            while (true) {
                for (Frame frame = frames.take(); frame != null; frame = frames.poll()) {
                    out.writeLong(frame.number());
                    out.writeByte(frame.kind());
                    out.writeInt(frame.command().length);
                    out.write(frame.command());
                }
                out.flush();
            }
        }

        void read(DataInputStream in) throws IOException {
            try (socket) {
                while (true) {
                    CompletableFuture<Void> answered = underWay.remove(in.readLong());
                    byte answer = in.readByte();
                    if (answered != null && answer == Door.DONE) {
                        answered.complete(null);
                    } else if (answered != null) {
                        answered.completeExceptionally(new IOException("refused by the other process"));
                    }
                    if (answer == Door.ELSEWHERE) {
                        return;
                    }
                }
            } finally {
                closed = true;
                underWay.values().forEach(each -> each.completeExceptionally(new IOException("the door has closed")));
            }
        }
    }

    @Override
    public boolean leads() {
        return false;
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        return send(Door.WRITE, command);
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        byte kind = switch (how) {
            case LINEARIZABLE -> Door.READ;
            case LEASE -> Door.LEASE;
            case STALE -> Door.STALE;
        };
        return send(kind, new byte[0]);
    }

    private CompletionStage<?> send(byte kind, byte[] command) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        try {
            Line open = open();
            long number = numbers.incrementAndGet();
            open.underWay.put(number, answered);
            open.frames.add(new Frame(number, kind, command));
            if (open.closed) {
                answered.completeExceptionally(new IOException("the door has closed"));
            }
        } catch (IOException nobodyLeads) {
            answered.completeExceptionally(nobodyLeads);
        }
        return answered;
    }

    private Line open() throws IOException {
        Line open = line;
        return open != null && !open.closed ? open : find();
    }

    private synchronized Line find() throws IOException {
        Line open = line;
        if (open != null && !open.closed) {
            return open;
        }
        for (String member : seating.members()) {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), seating.door(member)),
                        CONNECT_MILLIS_MAX);
                socket.setTcpNoDelay(true);
                DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
                in.readLong();
                if (in.readByte() == Door.DONE) {
                    Line found = new Line(socket);
                    Door.daemon("line-out", found::write);
                    Door.daemon("line-in", () -> found.read(in));
                    line = found;
                    return found;
                }
                socket.close();
            } catch (IOException absent) {
                socket.close();
            }
        }
        throw new IOException("none of " + seating.members() + " leads");
    }
}
