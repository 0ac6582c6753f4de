package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.turn.Gathering;
import io.capstan.actors.internal.turn.LentThreads;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

    // After turns that are longer, or have more to do, the links' and the store's threads are not lent.
    private static final int CALM_EVENTS = 4;
    private static final long CALM_NANOS = 200_000;

    private final Gathering<PeerEvent> events = new Gathering<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean calm;
    private volatile boolean ticks;
    private volatile boolean reading;
    /** Taken out by the member and not worked off yet. */
    private List<PeerEvent> inHand = List.of();

    void attach(Runnable wakes) {
        events.attach(wakes);
    }

    /** Adds an event; never blocks. */
    public void add(PeerEvent event) {
        events.add(event);
    }

    /** Adds an event that can wait for the next turn; there is one with the next tick at the latest. */
    void leave(PeerEvent event) {
        events.leave(event);
        if (!ticks) {
            events.wake();
        }
    }

    /** Whether the member is woken with every tick. */
    void ticks(boolean does) {
        if (ticks != does) {
            ticks = does;
        }
        if (!does && !events.isEmpty()) {
            events.wake();
        }
    }

    /**
     * Adds a request. A read that would only wait for the next round does not wake the member: it is taken up with whatever
     * does, the answers to the round under way as a rule and the next tick at the latest.
     */
    void ask(PeerEvent.Asked asked) {
        if (reading && asked.request() instanceof ClientFrame.Read read && read.isLinearizable()) {
            leave(asked);
            if (!reading) {
                events.wake(); // The round ended meanwhile, and whoever ended it may not have seen this.
            }
        } else {
            add(asked);
        }
    }

    /**
     * Adds an event, on a thread that has nothing else to do: it may take the member's turn itself while little is under way
     * and the last turn was short. Under load those threads, for which others wait, are not taken, and batches grow.
     */
    void bring(PeerEvent event) {
        if (calm && requests.get() <= 1) {
            LentThreads.lend(() -> add(event));
        } else {
            add(event);
        }
    }

    /** The member's turn is over; whether reads wait for a round. */
    void turned(int events, long nanos, boolean reads) {
        calm = events <= CALM_EVENTS && nanos < CALM_NANOS;
        if (reading != reads) {
            reading = reads;
            if (!reads && !this.events.isEmpty()) {
                this.events.wake();
            }
        }
    }

    /** Begins a batch: what is added from now on wakes the actor again. */
    List<PeerEvent> drain(int max) {
        inHand = events.drain(max);
        return inHand;
    }

    /** What was drained last is worked off: whoever sent a frame may send another. */
    void worked() {
        List<PeerEvent> done = inHand;
        inHand = List.of();
        for (PeerEvent event : done) {
            if (event instanceof PeerEvent.Frame frame) {
                frame.consumed().run();
            }
        }
    }

    /**
     * The member has ended, perhaps with what it has in hand. Whoever asked for something that was not taken up is told so,
     * and the links, which all groups share, get their room back.
     */
    void end() {
        List<PeerEvent> left = inHand;
        inHand = List.of();
        left.forEach(Inbox::letGo);
        events.end(Inbox::letGo);
    }

    private static void letGo(PeerEvent event) {
        if (event instanceof PeerEvent.Frame frame) {
            frame.consumed().run();
        } else if (event instanceof PeerEvent.Asked asked) {
            // Whether it was begun only the member knew; of what it had, it has told that itself.
            asked.responder()
                    .reply(new Refused(
                            asked.request().correlation(),
                            Why.UNKNOWN,
                            "",
                            0,
                            0,
                            "the member stopped before it answered"));
        }
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
        return new Place(responder);
    }

    /** A request's place: taken until it is answered, or stands. */
    private final class Place extends AtomicInteger implements Responder {
        private static final long serialVersionUID = 1;
        private static final int TAKEN = 0;
        private static final int GIVEN_BACK = 1;
        private static final int ANSWERED = 2;

        private final transient Responder responder;

        Place(Responder responder) {
            super(TAKEN);
            this.responder = responder;
        }

        @Override
        public void reply(ClientFrame.Reply reply) {
            int before = getAndSet(ANSWERED);
            if (before == TAKEN) {
                requests.decrementAndGet();
            }
            if (before != ANSWERED) {
                responder.reply(reply);
            }
        }

        @Override
        public void stands() {
            if (compareAndSet(TAKEN, GIVEN_BACK)) {
                requests.decrementAndGet();
            }
        }
    }
}
