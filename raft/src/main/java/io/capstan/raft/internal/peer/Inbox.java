package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.turn.LentThreads;
import io.capstan.raft.internal.wire.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a member, from any thread. The actor is woken once for whatever gathers until it runs: under load the
 * batch of one step grows by itself.
 *
 * <p>Bounded: requests by {@link #admit}, frames by the links' windows, the rest by what the member itself began.
 */
public final class Inbox {
    /** The messages of a peer actor. */
    enum Wake {
        /** Something is in the inbox. */
        NOW,
        /** Time passed. */
        TICK
    }

    // Turns that are longer, or have more to do, are not for threads that are lent.
    private static final int CALM_EVENTS = 4;
    private static final long CALM_NANOS = 200_000;

    private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable ActorRef<Wake> actor;
    private volatile boolean calm;
    private volatile boolean ticks;

    void attach(ActorRef<Wake> peer) {
        actor = peer;
        wake();
    }

    /** Adds an event; never blocks. */
    public void add(PeerEvent event) {
        events.add(event);
        wake();
    }

    /** Adds an event that can wait for the next turn; there is one with the next tick at the latest. */
    void leave(PeerEvent event) {
        events.add(event);
        if (!ticks) {
            wake();
        }
    }

    /** Whether the member is woken with every tick. */
    void ticks(boolean does) {
        if (ticks != does) {
            ticks = does;
        }
        if (!does && !events.isEmpty()) {
            wake();
        }
    }

    /** Adds an event, on a thread that has nothing else to do: it may take the member's turn itself. */
    void bring(PeerEvent event) {
        if (isCalm()) {
            LentThreads.lend(() -> add(event));
        } else {
            add(event);
        }
    }

    /**
     * Whether turns are short: little is under way, and the last one was. Under load others' threads are not taken, and
     * batches grow.
     */
    public boolean isCalm() {
        return calm && requests.get() <= 1;
    }

    /** The member's turn is over. */
    void turned(int events, long nanos) {
        calm = events <= CALM_EVENTS && nanos < CALM_NANOS;
    }

    void wake() {
        ActorRef<Wake> peer = actor;
        if (peer != null && woken.compareAndSet(false, true)) {
            peer.tell(Wake.NOW);
        }
    }

    /** Begins a batch: what is added from now on wakes the actor again. */
    List<PeerEvent> drain(int max) {
        woken.set(false);
        List<PeerEvent> batch = new ArrayList<>();
        while (batch.size() < max) {
            PeerEvent event = events.poll();
            if (event == null) {
                return batch;
            }
            batch.add(event);
        }
        if (!events.isEmpty()) {
            wake();
        }
        return batch;
    }

    /**
     * Takes one of {@code max} places for requests.
     *
     * @return a responder that gives the place back with its reply, or when it stands; null when all are taken
     */
    public @Nullable Responder admit(Responder responder, int max) {
        if (requests.incrementAndGet() > max) {
            requests.decrementAndGet();
            return null;
        }
        AtomicBoolean left = new AtomicBoolean();
        AtomicBoolean replied = new AtomicBoolean();
        return new Responder() {
            @Override
            public void reply(ClientFrame.Reply reply) {
                if (replied.compareAndSet(false, true)) {
                    stands();
                    responder.reply(reply);
                }
            }

            @Override
            public void stands() {
                if (left.compareAndSet(false, true)) {
                    requests.decrementAndGet();
                }
            }
        };
    }
}
