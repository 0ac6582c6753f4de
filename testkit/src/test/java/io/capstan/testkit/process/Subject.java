package io.capstan.testkit.process;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What faults are tried on: echoes what comes to its port, and does what its standard input says, with which it ends.
 *
 * <p>Arguments: address, port, directory.
 */
final class Subject {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ECHO = 1;
    private static final int SINK = 2;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Socket> held = new ConcurrentHashMap<>();
    private final Path directory;

    private Subject(Path directory) {
        this.directory = directory;
    }

    /** How one is started. */
    static List<String> command(Place place) {
        return ChildProcess.command(
                place.directory(),
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                Subject.class,
                place.host(),
                "" + place.port(),
                place.directory().toString());
    }

    public static void main(String[] arguments) throws IOException {
        Subject subject = new Subject(Path.of(arguments[2]));
        ServerSocket door = new ServerSocket(Integer.parseInt(arguments[1]), 50, InetAddress.getByName(arguments[0]));
        subject.threads.execute(() -> subject.serve(door));
        System.out.println("started");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(words[0] + " " + subject.answer(words));
        }
        Runtime.getRuntime().halt(0);
    }

    private void serve(ServerSocket door) {
        while (true) {
            try {
                Socket socket = door.accept();
                socket.setTcpNoDelay(true);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                // That connection came to nothing; others may come.
            }
        }
    }

    /** As the first byte says. */
    private static void serve(Socket socket) {
        try (socket) {
            if (socket.getInputStream().read() == ECHO) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } else {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                socket.getOutputStream().write(SINK);
            }
        } catch (IOException e) {
            // Whoever dialled hears of it.
        }
    }

    private String answer(String[] words) {
        long begin = System.nanoTime();
        try {
            return switch (words[0]) {
                        case "dial" -> dial(words[1]);
                        case "exchange" ->
                            exchange(Objects.requireNonNull(held.get(words[1]), words[1]), Integer.parseInt(words[2]));
                        case "pour" -> pour(words[1], Integer.parseInt(words[2]));
                        case "clock" -> System.currentTimeMillis() + " " + System.nanoTime();
                        case "append" -> append(words[1], true);
                        case "append-through" -> append(words[1], false, StandardOpenOption.DSYNC);
                        case "append-lazily" -> append(words[1], false);
                        default -> throw new IllegalArgumentException(words[0]);
                    }
                    + " " + (System.nanoTime() - begin) / 1_000_000;
        } catch (SocketTimeoutException e) {
            return "timeout";
        } catch (IOException e) {
            return "failed " + e.getMessage();
        }
    }

    /** A connection that stays, and echoes. */
    private String dial(String address) throws IOException {
        held.put(address, connect(address, ECHO));
        return "ok";
    }

    private static Socket connect(String address, int kind) throws IOException {
        Socket socket = new Socket();
        String[] parts = address.split(":", -1);
        socket.connect(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), CONNECT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(CONNECT_MILLIS);
        socket.getOutputStream().write(kind);
        return socket;
    }

    /** Sends so many bytes one way, and hears when they have all arrived. */
    private static String pour(String address, int length) throws IOException {
        try (Socket socket = connect(address, SINK)) {
            socket.getOutputStream().write(new byte[length]);
            socket.shutdownOutput();
            return socket.getInputStream().read() == SINK ? "ok" : "ended";
        }
    }

    /** Sends so many bytes over it, and hears whether they come back the same. */
    private String exchange(Socket socket, int length) throws IOException {
        byte[] sent = new byte[length];
        new Random(length).nextBytes(sent);
        threads.execute(() -> {
            try {
                // In pieces that a relay takes for pieces.
                for (int from = 0; from < length; from += 1_000) {
                    socket.getOutputStream().write(sent, from, Math.min(1_000, length - from));
                }
            } catch (IOException e) {
                // The other direction hears of it.
            }
        });
        byte[] back = new byte[length];
        new DataInputStream(socket.getInputStream()).readFully(back);
        return Arrays.equals(sent, back) ? "same" : "other";
    }

    private String append(String text, boolean flushes, StandardOpenOption... options) throws IOException {
        StandardOpenOption[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = StandardOpenOption.CREATE;
        all[options.length + 1] = StandardOpenOption.WRITE;
        try (FileChannel file = FileChannel.open(directory.resolve("written"), all)) {
            file.position(file.size());
            ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                // The last that fits may be less than all.
                file.write(bytes);
            }
            if (flushes) {
                file.force(false);
            }
        }
        return "ok";
    }
}
