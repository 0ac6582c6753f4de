package io.capstan.actors.internal.turn;

import com.typesafe.config.Config;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;
import org.jspecify.annotations.Nullable;

/**
 * The executor of dispatchers for actors that a request waits for: a fork-join pool, but for turns that a thread brought
 * about while it was lent. Those it takes itself, after what it was lent for: handing a turn to a thread that is parked
 * costs more than the turn (a quarter of a write's latency was spent in such hand-overs).
 *
 * <p>Only who is about to do nothing else lends its thread: a user with the one request that is under way, a state machine
 * with the one outcome; the links and the store only while turns are short, as others wait for them.
 */
public final class LentThreads extends ExecutorServiceConfigurator {
    // A client's turn, a member's, and one of each for what these bring about.
    private static final int TURNS_MAX = 4;
    private static final ThreadLocal<@Nullable Loan> LOAN = new ThreadLocal<>();

    private final ForkJoinExecutorConfigurator pools;

    private record Turn(Runnable task, ExecutorService pool) {}

    private static final class Loan {
        final ArrayDeque<Turn> turns = new ArrayDeque<>();
        final boolean machines;

        Loan(boolean machines) {
            this.machines = machines;
        }
    }

    /** Made by Pekko, by this class's name in the configuration. */
    public LentThreads(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        pools = new ForkJoinExecutorConfigurator(config.getConfig("fork-join-executor"), prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        ExecutorServiceFactory factory = pools.createExecutorServiceFactory(id, threads);
        return () -> new Pool(factory.createExecutorService());
    }

    /** Runs {@code body}, and then some of the turns that it brought about. Never inside a lock. */
    public static void lend(Runnable body) {
        lend(body, false);
    }

    /** The same, by the thread of a state machine. */
    public static void lendMachines(Runnable body) {
        lend(body, true);
    }

    /** Whether this is the thread of a state machine, which may run its user's code. */
    public static boolean isMachines() {
        Loan loan = LOAN.get();
        return loan != null && loan.machines;
    }

    private static void lend(Runnable body, boolean machines) {
        if (LOAN.get() != null || Thread.currentThread().isInterrupted()) {
            // An interrupt is not an actor's to take.
            body.run();
            return;
        }
        Loan loan = new Loan(machines);
        LOAN.set(loan);
        try {
            body.run();
            for (int taken = 0; taken < TURNS_MAX && !loan.turns.isEmpty(); taken++) {
                take(loan.turns.remove().task());
            }
        } finally {
            LOAN.remove();
            loan.turns.forEach(LentThreads::handOver);
        }
    }

    private static void take(Runnable turn) {
        try {
            turn.run();
        } catch (Exception thrown) {
            // Pekko throws it out of the turn, undeclared.
            if (!(thrown instanceof InterruptedException)) {
                throw thrown;
            }
            Thread.currentThread().interrupt();
        }
    }

    private static void handOver(Turn turn) {
        try {
            turn.pool().execute(turn.task());
        } catch (RejectedExecutionException ended) {
            // So has the actor whose turn it is.
        }
    }

    private static final class Pool extends AbstractExecutorService {
        private final ExecutorService pool;

        Pool(ExecutorService pool) {
            this.pool = pool;
        }

        @Override
        public void execute(Runnable task) {
            Loan loan = LOAN.get();
            if (loan == null) {
                pool.execute(task);
            } else {
                loan.turns.add(new Turn(task, pool));
            }
        }

        @Override
        public void shutdown() {
            pool.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return pool.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return pool.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return pool.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return pool.awaitTermination(timeout, unit);
        }
    }
}
