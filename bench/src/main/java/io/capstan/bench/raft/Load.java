package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import io.capstan.actors.Node;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.StoreFigures;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftGroup;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What one process of {@link CommitMeasurement} does for so many seconds, answered in one line of numbers. */
final class Load {
    static final int COMMAND_BYTES = 256;
    private static final long SECOND = 1_000_000_000;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int FILE_BYTES = 16 * 1024 * 1024;
    // What a frame of the write-ahead file with one such command takes.
    private static final int FLUSH_BYTES = 512;

    private final RaftGroup group;
    private final NodeStore store;
    private final Path directory;

    Load(Node node, Path directory) {
        group = Raft.get(node).group(MemberProcess.GROUP, Echo.CODEC);
        store = (NodeStore) node.internals().store();
        this.directory = directory;
    }

    String answer(String[] words) throws IOException {
        return switch (words[0]) {
            case "sequential" -> joined(sequential(seconds(words[1])));
            case "pipelined" -> pipelined(Integer.parseInt(words[1]), seconds(words[2]));
            case "entries" -> entries(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "flushes" -> joined(flushes(seconds(words[1])));
            case "serve" -> String.valueOf(serve());
            case "roundtrips" -> joined(roundtrips(Integer.parseInt(words[1]), seconds(words[2])));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static long seconds(String word) {
        return (long) (Double.parseDouble(word) * SECOND);
    }

    private static String joined(List<Long> nanos) {
        return nanos.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** One client, one command after the other: how long each took. */
    private List<Long> sequential(long nanos) {
        byte[] command = new byte[COMMAND_BYTES];
        List<Long> took = new ArrayList<>();
        long end = System.nanoTime() + nanos;
        for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
            group.write(command, within(SOON)).toCompletableFuture().join();
            took.add(System.nanoTime() - begin);
        }
        return took;
    }

    /** So many commands under way at any time: done, in how long, and what this node's disk did meanwhile. */
    private String pipelined(int inFlight, long nanos) {
        long end = System.nanoTime() + nanos;
        return pipelined(inFlight, () -> System.nanoTime() - end < 0);
    }

    /** The same until so many were sent. */
    private String entries(int inFlight, long count) {
        long[] sent = {0};
        return pipelined(inFlight, () -> sent[0]++ < count);
    }

    private String pipelined(int inFlight, BooleanSupplier more) {
        byte[] command = new byte[COMMAND_BYTES];
        Semaphore free = new Semaphore(inFlight);
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        StoreFigures before = store.figures();
        long begin = System.nanoTime();
        while (more.getAsBoolean()) {
            free.acquireUninterruptibly();
            group.write(command, within(SOON)).whenComplete((reply, failure) -> {
                (failure == null ? done : failed).increment();
                free.release();
            });
        }
        free.acquireUninterruptibly(inFlight);
        long took = System.nanoTime() - begin;
        StoreFigures after = store.figures();
        return done.sum() + " " + failed.sum() + " " + took + " " + (after.flushes() - before.flushes()) + " "
                + (after.bytes() - before.bytes());
    }

    /** Bare flushes of a file made in full length before: what one acknowledged write costs on this disk at least. */
    private List<Long> flushes(long nanos) throws IOException {
        List<Long> took = new ArrayList<>();
        ByteBuffer block = ByteBuffer.allocateDirect(FLUSH_BYTES);
        try (FileChannel file = FileChannel.open(
                directory.resolve("bare-flushes"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(FILE_BYTES);
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
            file.force(true);
            long end = System.nanoTime() + nanos;
            long at = 0;
            for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
                block.clear();
                file.write(block, at);
                file.force(false);
                took.add(System.nanoTime() - begin);
                at = (at + FLUSH_BYTES) % FILE_BYTES;
            }
        }
        return took;
    }

    /** Sends back what it gets, to one peer, until that is gone; returns the port. */
    private static int serve() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread echo = new Thread(
                () -> {
                    try (server;
                            Socket peer = server.accept()) {
                        peer.setTcpNoDelay(true);
                        byte[] bytes = new byte[COMMAND_BYTES];
                        DataInputStream in = new DataInputStream(peer.getInputStream());
                        while (true) {
                            in.readFully(bytes);
                            peer.getOutputStream().write(bytes);
                        }
                    } catch (IOException ended) {
                        // As it should.
                    }
                },
                "echo");
        echo.setDaemon(true);
        echo.start();
        return server.getLocalPort();
    }

    /** There and back over bare sockets. */
    private static List<Long> roundtrips(int port, long nanos) throws IOException {
        List<Long> took = new ArrayList<>();
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            peer.setTcpNoDelay(true);
            InputStream in = new DataInputStream(peer.getInputStream());
            OutputStream out = peer.getOutputStream();
            byte[] bytes = new byte[COMMAND_BYTES];
            long end = System.nanoTime() + nanos;
            for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
                out.write(bytes);
                in.readNBytes(bytes, 0, bytes.length);
                took.add(System.nanoTime() - begin);
            }
        }
        return took;
    }
}
