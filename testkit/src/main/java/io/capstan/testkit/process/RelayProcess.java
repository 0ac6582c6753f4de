package io.capstan.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The process of {@link Relays}: does what its standard input says, and ends with it. */
final class RelayProcess {
    private static final int CONNECT_MILLIS_MAX = 10_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Treatment> treatments = new ConcurrentHashMap<>();
    private final Map<Socket, String> dialled = new ConcurrentHashMap<>();

    private RelayProcess() {}

    public static void main(String[] arguments) throws IOException {
        RelayProcess relay = new RelayProcess();
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "listen" -> relay.listen(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                case "set" ->
                    relay.treatments.put(
                            words[1] + " " + words[2], Treatment.of(words[3], words[4], words[5], words[6]));
                case "reset" -> relay.reset(words[1] + " " + words[2]);
                case "heal" -> relay.treatments.clear();
                default -> throw new IllegalArgumentException(line);
            }
            System.out.println(words[0]);
        }
        Runtime.getRuntime().halt(0);
    }

    private void listen(int to, int port) throws IOException {
        ServerSocket door = new ServerSocket(port, 50, InetAddress.getByName(Namespaces.RELAY_NET + to));
        threads.execute(() -> {
            while (true) {
                try {
                    Socket socket = door.accept();
                    String address = socket.getInetAddress().getHostAddress();
                    String from = address.substring(address.lastIndexOf('.') + 1);
                    dialled.put(socket, from + " " + to);
                    threads.execute(() -> connect(socket, from, to, port));
                } catch (IOException e) {
                    // That connection came to nothing; others may come.
                }
            }
        });
    }

    private void connect(Socket socket, String from, int to, int port) {
        Socket reached = new Socket();
        try {
            socket.setTcpNoDelay(true);
            reached.setTcpNoDelay(true);
            // The other end's rules are for the address that tells who it is.
            reached.bind(new InetSocketAddress(Namespaces.RELAY_NET + from, 0));
            reached.connect(new InetSocketAddress(Namespaces.NET + to, port), CONNECT_MILLIS_MAX);
        } catch (IOException refused) {
            RelayedStream.reset(socket);
            RelayedStream.reset(reached);
            dialled.remove(socket);
            return;
        }
        threads.execute(() -> {
            run(stream(socket, reached, from + " " + to));
            dialled.remove(socket);
        });
        threads.execute(() -> run(stream(reached, socket, to + " " + from)));
    }

    private RelayedStream stream(Socket in, Socket out, String way) {
        return new RelayedStream(in, out, () -> treatments.getOrDefault(way, Treatment.NONE));
    }

    private void run(RelayedStream stream) {
        threads.execute(stream::write);
        stream.read();
    }

    /** The other end hears of it from whoever reads from this one. */
    private void reset(String way) {
        dialled.forEach((socket, itsWay) -> {
            if (itsWay.equals(way)) {
                RelayedStream.reset(socket);
            }
        });
    }
}
