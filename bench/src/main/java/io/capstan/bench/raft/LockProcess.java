package io.capstan.bench.raft;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.raft.Within;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockFailure;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One node with locks: does what its standard input says, and ends with it.
 *
 * <p>Arguments: name, directory, port, port of the node that formed the cluster.
 */
final class LockProcess {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long SECOND = 1_000_000_000;

    private final Locks locks;
    private @Nullable HeldLock held;
    private @Nullable LockSession holder;

    private LockProcess(Locks locks) {
        this.locks = locks;
    }

    /**
     * How one is started.
     *
     * @param formedAt the port of the node that formed the cluster
     */
    static List<String> command(List<String> flags, Place place, int formedAt) {
        String directory = place.directory().toString();
        return ChildProcess.command(
                place.directory(), flags, LockProcess.class, place.name(), directory, "" + place.port(), "" + formedAt);
    }

    public static void main(String[] arguments) throws IOException {
        try {
            Node node = Node.start(
                    arguments[0],
                    arguments[2].equals(arguments[3]) ? Start.bootstrap() : Start.joining("127.0.0.1:" + arguments[3]),
                    ConfigFactory.parseString("capstan { actors.directory = \"" + arguments[1]
                            + "\", actors.link.port = " + arguments[2] + ", raft.voters = [a, b, c] }"));
            LockProcess process = new LockProcess(Locks.get(node));
            System.out.println("started");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("hold")) {
                    process.hold(words[1], Duration.ofMillis(Long.parseLong(words[2])));
                    continue;
                } else if (words[0].equals("go-on")) {
                    process.goOn();
                    continue;
                }
                int clients = Integer.parseInt(words[1]);
                long end = System.nanoTime() + (long) (Double.parseDouble(words[2]) * SECOND);
                String name = arguments[0];
                System.out.println(words[0] + " "
                        + (words[0].equals("pairs")
                                ? process.run(clients, end, i -> name + "-" + i)
                                : process.run(clients, end, i -> "the one")));
            }
        } catch (RuntimeException bug) {
            LoggerFactory.getLogger(LockProcess.class).error("a process of the measurement ends", bug);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Acquires a lock, says its token, and says so when it is lost. */
    private void hold(String name, Duration ttl) {
        LockSession session = locks.session(Ttl.of(ttl), cause -> {});
        HeldLock lock =
                session.acquire(name, Within.within(LONG)).toCompletableFuture().join();
        System.out.println("held " + lock.token());
        lock.onLost(cause -> System.out.println("lost " + cause));
        held = lock;
        holder = session;
    }

    /** As a holder goes on that knows of nothing: says whether it believes in its lock, and what its session's next try came to. */
    private void goOn() {
        System.out.println("believes " + Objects.requireNonNull(held).isHeld());
        String came = Objects.requireNonNull(holder)
                .tryAcquire("another", Within.within(LONG))
                .handle((lock, failure) -> failure == null
                        ? "granted"
                        : ((LockFailure) failure).kind().name())
                .toCompletableFuture()
                .join();
        System.out.println("next " + came);
    }

    /** Each client acquires and releases its lock again and again: how long each acquire and release together took. */
    private String run(int clients, long endNanos, IntFunction<String> lock) {
        Queue<Long> took = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            ends.add(ended);
            LockSession session = locks.session(Ttl.of(LONG), cause -> {});
            CompletionStage<Void> end = ended;
            end.whenComplete((done, failure) -> session.close());
            next(session, lock.apply(i), endNanos, took, ended);
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
        StringBuilder line = new StringBuilder();
        took.forEach(nanos -> line.append(nanos).append(' '));
        return line.toString().trim();
    }

    private static void next(
            LockSession session, String lock, long endNanos, Queue<Long> took, CompletableFuture<Void> ended) {
        long begin = System.nanoTime();
        if (begin - endNanos >= 0) {
            ended.complete(null);
            return;
        }
        session.acquire(lock, Within.within(LONG))
                .thenCompose(HeldLock::release)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        ended.completeExceptionally(failure);
                        return;
                    }
                    took.add(System.nanoTime() - begin);
                    next(session, lock, endNanos, took, ended);
                });
    }
}
