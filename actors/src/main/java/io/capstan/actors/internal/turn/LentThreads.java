package io.capstan.actors.internal.turn;

import com.typesafe.config.Config;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The executor of dispatchers for actors that a request waits for: a fork-join pool, but for turns that a thread brought
 * about while it was lent. Those it takes itself, after what it was lent for: handing a turn to a thread that is parked
 * costs more than the turn (a quarter of a write's latency was spent in such hand-overs).
 *
 * <p>Only who is about to do nothing else lends its thread: a user who reads while few do, or with the one write that is
 * under way, a state machine with the one outcome or a batch of answers; the links and the store only while turns are short, as others wait for them.
 *
 * <p>What a turn throws is its actor's and never the lender's: a thread of the actor's own takes it up, as if it had been
 * thrown there, so Pekko logs it and ends the system, or the whole JVM ({@code pekko.jvm-exit-on-fatal-error}). That is so of
 * an overflow too that the lender was near to by itself: to count its frames would cost more than a hand-over saves.
 */
public final class LentThreads extends ExecutorServiceConfigurator {
    // A client's turn, a member's, and one of each for what these bring about.
    private static final int TURNS_MAX = 4;
    private static final Logger LOG = LoggerFactory.getLogger(LentThreads.class);
    private static final ThreadLocal<@Nullable Loan> LOAN = new ThreadLocal<>();

    private final ForkJoinExecutorConfigurator pools;

    private record Turn(Runnable task, ExecutorService pool) {}

    private static final class Loan {
        final ArrayDeque<Turn> turns = new ArrayDeque<>();
        final boolean machines;
        boolean over;

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

    /** Whether this thread is lent: what takes long is not for it. */
    public static boolean isLent() {
        return LOAN.get() != null;
    }

    /** After this turn this thread is given back: what follows from it belongs to the actors' own. */
    public static void giveBack() {
        Loan loan = LOAN.get();
        if (loan != null) {
            loan.over = true;
        }
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
            if (!loan.turns.isEmpty()) {
                takeSome(loan);
            }
        } finally {
            LOAN.remove();
            loan.turns.forEach(LentThreads::handOver);
        }
    }

    private static void takeSome(Loan loan) {
        // An actor that logs clears what its thread's log lines are marked with after each message.
        Map<String, String> lendersMarks = MDC.getCopyOfContextMap();
        MDC.clear();
        try {
            for (int taken = 0; taken < TURNS_MAX && !loan.turns.isEmpty() && !loan.over; taken++) {
                take(loan, loan.turns.remove());
            }
        } finally {
            if (lendersMarks == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(lendersMarks);
            }
        }
    }

    private static void take(Loan loan, Turn turn) {
        try {
            turn.task().run();
        } catch (Throwable thrown) {
            loan.over = true;
            // Pekko throws it out of the turn, undeclared.
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            } else {
                throwThere(turn.pool(), thrown);
            }
        }
    }

    /** Where Pekko's handler of what a thread throws is: it ends the system, or the JVM. */
    private static void throwThere(ExecutorService pool, Throwable thrown) {
        try {
            pool.execute(() -> LentThreads.<RuntimeException>rethrow(thrown));
        } catch (RejectedExecutionException ended) {
            LOG.error("thrown in a turn while its system ended", thrown);
        }
    }

    @SuppressWarnings("unchecked") // Nothing is cast: a task may not declare what an actor may throw.
    private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void handOver(Turn turn) {
        try {
            begin(turn.pool(), turn.task());
        } catch (RejectedExecutionException ended) {
            // So has the actor whose turn it is.
        }
    }

    private static void begin(ExecutorService pool, Runnable turn) {
        pool.execute(new Once(turn));
    }

    /**
     * Each turn is a task of its own. A mailbox is a fork-join task itself, and one that throws is finished for the pool: its
     * actor would never take another turn, not even to stop, and its system would never end.
     */
    private record Once(Runnable turn) implements Runnable {
        @Override
        public void run() {
            turn.run();
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
                begin(pool, task);
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
