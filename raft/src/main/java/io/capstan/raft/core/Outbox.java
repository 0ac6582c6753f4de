package io.capstan.raft.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The effects of the step being made, the one write that ends it, and the messages that wait for a write.
 *
 * <p>Whatever promises something leaves only once the promise is durable: votes (JRaft#1243), acknowledgements (NATS
 * 2.12.1), the request for a vote after one's own (JRaft#1245).
 */
final class Outbox {
    private record Gated(long ticket, boolean all, long term, MemberId to, Message message) {}

    private record Flight(long ticket, long tick) {}

    private final ArrayDeque<Gated> gated = new ArrayDeque<>();
    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private List<Effect> effects = new ArrayList<>();
    private long ticket;
    private long durableTicket;
    // Never behind the one above: term and vote may be durable before what else their writes hold.
    private long voteDurableTicket;
    private @Nullable HardState unwritten;

    void add(Effect effect) {
        effects.add(effect);
    }

    void send(MemberId to, Message message) {
        effects.add(new Effect.Send(to, message));
    }

    /** Sends once term and vote as this step leaves them are durable: of what promises nothing else. */
    void sendWhenDurable(long term, MemberId to, Message message) {
        gated.add(new Gated(ticket + 1, false, term, to, message));
    }

    /** Sends once everything that this step and those before it have written is durable. */
    void sendWhenAllDurable(long term, MemberId to, Message message) {
        gated.add(new Gated(ticket + 1, true, term, to, message));
    }

    /** Term or vote changed: both will be written, together. */
    void hardState(HardState changed) {
        unwritten = changed;
    }

    /** The ticket that the next write will have. */
    long nextTicket() {
        return ticket + 1;
    }

    boolean isVoteDurable(long ofTicket) {
        return ofTicket <= voteDurableTicket;
    }

    /** How many ticks the oldest write has been on its way. */
    long waiting(long tick) {
        Flight oldest = flights.peek();
        return oldest == null ? 0 : tick - oldest.tick();
    }

    void persisted(long upTo) {
        if (upTo > ticket) {
            throw new IllegalStateException("write " + upTo + " is called durable, " + ticket + " is the last begun");
        }
        durableTicket = Math.max(durableTicket, upTo);
        voteDurableTicket = Math.max(voteDurableTicket, durableTicket);
        while (!flights.isEmpty() && flights.element().ticket() <= upTo) {
            flights.remove();
        }
    }

    /** What promises term and vote alone may go; entries wait for their own write, and so does whoever counts how long. */
    void votePersisted(long upTo) {
        if (upTo > ticket) {
            throw new IllegalStateException(
                    "the vote of write " + upTo + " is called durable, " + ticket + " is the last");
        }
        voteDurableTicket = Math.max(voteDurableTicket, upTo);
    }

    /** Ends the handling of inputs: one write for all of it, if there is anything to write. */
    void write(RaftLog log, long tick) {
        if (unwritten != null || log.hasUnwritten()) {
            ticket++;
            effects.add(log.write(ticket, unwritten));
            flights.add(new Flight(ticket, tick));
            unwritten = null;
        }
    }

    /** Lets go the messages whose writes are durable, and drops those of terms that are over. */
    void release(long term) {
        for (Iterator<Gated> waiting = gated.iterator(); waiting.hasNext(); ) {
            Gated next = waiting.next();
            // A message of this step waits for the next ticket; when nothing was written, the last one is enough.
            if (Math.min(next.ticket(), ticket) > (next.all() ? durableTicket : voteDurableTicket)) {
                continue;
            }
            waiting.remove();
            if (next.term() == term) {
                send(next.to(), next.message());
            }
        }
    }

    List<Effect> take() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
