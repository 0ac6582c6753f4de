package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.MonitorRef;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One monitor. It is its own entry in the list of its process's cell, so that a million of them cost a million objects
 * and no more.
 */
class Monitor implements MonitorRef {
    private static final Logger log = LoggerFactory.getLogger(Monitor.class);
    private static final AtomicIntegerFieldUpdater<Monitor> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Monitor.class, "state");
    private static final int STANDING = 0;
    private static final int ON_ITS_WAY = 1;
    private static final int TOLD = 2;
    private static final int ENDED = 3;

    private final ProcessTable table;
    private final ActorRef<?> process;
    private final Consumer<Down> listener;
    private final boolean byLetter;
    private volatile int state;

    // Guarded by the cell it stands in.
    @Nullable
    Monitor before;

    @Nullable
    Monitor after;

    volatile @Nullable Cell cell;

    // The agent's, when the process is another node's.
    private @Nullable Session session;
    private long watch;

    /** @param byLetter whether the listener only posts a {@link Letter}, which asks again when it is opened */
    Monitor(ProcessTable table, ActorRef<?> process, Consumer<Down> listener, boolean byLetter) {
        this.table = table;
        this.process = process;
        this.listener = listener;
        this.byLetter = byLetter;
    }

    @Override
    public ActorRef<?> process() {
        return process;
    }

    /** The first who tells is heard. */
    void tell(ExitReason reason) {
        if (STATE.compareAndSet(this, STANDING, byLetter ? ON_ITS_WAY : TOLD)) {
            try {
                listener.accept(new Down(this, process, reason));
            } catch (RuntimeException | Error e) { // The next one is told all the same, and the agent goes on.
                log.error("a listener failed on the end of {}", process, e);
            }
        }
    }

    /** The same, when it is the node of the process that says so. */
    void tellAsPeerSays(ExitReason reason) {
        tell(reason);
    }

    /** Whether the letter that lies in the mailbox is still of interest. */
    boolean open() {
        return STATE.compareAndSet(this, ON_ITS_WAY, TOLD);
    }

    /** It is one of a session's, under this number. */
    void standsAt(Session there, long number) {
        session = there;
        watch = number;
    }

    @Nullable
    Session session() {
        return session;
    }

    long watch() {
        return watch;
    }

    boolean standing() {
        return state == STANDING;
    }

    /** Whether nothing of it is to come any more. */
    boolean over() {
        return state == TOLD || state == ENDED;
    }

    @Override
    public boolean demonitor() {
        while (true) {
            int now = state;
            if (now == TOLD || now == ENDED) {
                return now == ENDED;
            }
            if (STATE.compareAndSet(this, now, ENDED)) {
                if (now == STANDING) {
                    table.remove(this);
                }
                return true;
            }
        }
    }

    @Override
    public String toString() {
        return "monitor of " + process;
    }
}
