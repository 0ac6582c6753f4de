package io.capstan.registry.internal.names;

import io.capstan.actors.internal.turn.LentThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the names' actor, from any thread. It is woken once for whatever gathers until its turn: the rows of many
 * registers go in one frame, and so do the answers to many claims.
 *
 * <p>Bounded: requests by {@code undecided-max}, frames by the links' windows.
 */
final class Mail {
    // Turns that are longer, or have more to do, are not for threads that are lent: others wait for those.
    private static final int CALM_MESSAGES = 4;
    private static final long CALM_NANOS = 200_000;

    private final Queue<NamesMessage> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile @Nullable ActorRef<NamesMessage> actor;
    private volatile boolean calm;
    private volatile boolean closed;

    /** The actor's own. */
    private boolean inTurn;

    void attach(ActorRef<NamesMessage> names) {
        actor = names;
        wake();
    }

    /** Never blocks. False when it was closed: nobody will read it. */
    boolean add(NamesMessage message) {
        if (closed) {
            return false;
        }
        waiting.add(message);
        if (closed && waiting.remove(message)) {
            return false; // Closed meanwhile, and whoever closed it did not see this any more.
        }
        wake();
        return true;
    }

    /** The same, by a thread that has nothing else to do: it may take the actor's turn itself. */
    boolean bring(NamesMessage message) {
        if (!calm || closed) {
            return add(message);
        }
        AtomicBoolean added = new AtomicBoolean();
        LentThreads.lend(() -> added.set(add(message)));
        return added.get();
    }

    /**
     * Begins a turn: what is added from now on wakes the actor again. False when the turn before was broken off by an error,
     * which ends the system and not the actor: what it was about, which stands here still, must not be done twice.
     */
    boolean begin() {
        boolean whole = !inTurn;
        inTurn = true;
        woken.set(false);
        return whole;
    }

    /**
     * What came first, and stays until it is {@linkplain #done}: if the actor fails with it, or before its turn comes, it is
     * still here to be answered.
     */
    @Nullable
    NamesMessage first() {
        return waiting.peek();
    }

    /** The first is worked off. */
    void done() {
        waiting.remove();
    }

    /** The actor's turn is over: of so many messages, claims counted each. */
    void turned(int messages, long nanos) {
        inTurn = false;
        calm = messages <= CALM_MESSAGES && nanos < CALM_NANOS;
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    /** Takes nothing any more. Returns what nobody has worked off. */
    List<NamesMessage> close() {
        closed = true;
        List<NamesMessage> left = new ArrayList<>();
        for (NamesMessage next = waiting.poll(); next != null; next = waiting.poll()) {
            left.add(next);
        }
        return left;
    }

    private void wake() {
        ActorRef<NamesMessage> names = actor;
        if (names != null && woken.compareAndSet(false, true)) {
            names.tell(NamesMessage.Sign.WAKE);
        }
    }
}
