package io.capstan.bench.seat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A plain socket before a system that has no client of its own, for clients in another process: frames of a number, a kind and a
 * command are answered by the number and whether it was done. What is under way is not answered in order, and what is answered
 * together is sent together.
 */
final class Door {
    static final byte WRITE = 0;
    static final byte READ = 1;
    static final byte LEASE = 2;
    static final byte STALE = 3;

    static final byte REFUSED = 0;
    static final byte DONE = 1;
    /** Refused, as another process leads. */
    static final byte ELSEWHERE = 2;

    private static final int BACKLOG = 16;

    private final Service service;

    private Door(Service service) {
        this.service = service;
    }

    /** Opens it; it stays open until the process ends. */
    static void open(int port, Service service) throws IOException {
        ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        Door door = new Door(service);
        daemon("door", () -> {
            while (true) {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                BlockingQueue<long[]> answers = new LinkedBlockingQueue<>();
                daemon("door-in", () -> door.listen(client, answers));
                daemon("door-out", () -> send(client, answers));
            }
        });
    }

    /** What a thread of a door does until its socket is closed. */
    interface Work {
        void run() throws Exception;
    }

    static void daemon(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception ended) {
                        // With its socket, or with the process.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(Socket client, BlockingQueue<long[]> answers) throws IOException {
        try (client) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), 1 << 16));
            // The first word: whether we lead, so that a client finds who does.
            answers.add(new long[] {-1, service.leads() ? DONE : ELSEWHERE});
            while (true) {
                long number = in.readLong();
                byte kind = in.readByte();
                byte[] command = new byte[in.readInt()];
                in.readFully(command);
                try {
                    start(kind, command)
                            .whenComplete((answer, refused) ->
                                    answers.add(new long[] {number, refused == null ? DONE : refused()}));
                } catch (RuntimeException refused) {
                    answers.add(new long[] {number, refused()});
                }
            }
        }
    }

    private byte refused() {
        return service.leads() ? REFUSED : ELSEWHERE;
    }

    private CompletionStage<?> start(byte kind, byte[] command) {
        return switch (kind) {
            case WRITE -> service.write(command);
            case LEASE -> service.read(Service.Reading.LEASE);
            case STALE -> service.read(Service.Reading.STALE);
            default -> service.read(Service.Reading.LINEARIZABLE);
        };
    }

    private static void send(Socket client, BlockingQueue<long[]> answers) throws IOException, InterruptedException {
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), 1 << 16));
        while (true) {
            for (long[] answer = answers.take(); answer != null; answer = answers.poll()) {
                out.writeLong(answer[0]);
                out.writeByte((int) answer[1]);
            }
            out.flush();
        }
    }
}
