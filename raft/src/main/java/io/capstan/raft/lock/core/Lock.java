package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A name that somebody holds or waits for. */
final class Lock {
    /** One party's part of it: freed when the last request by which the party entered is over. */
    record Hold(Session session, String party, int units, FencingToken token, long since, TreeSet<Long> requests) {}

    private record Party(long session, String name) {}

    final String name;
    final int capacity;
    final TreeMap<FencingToken, Hold> holds = new TreeMap<>();
    // For look-ups only: its order decides nothing.
    private final HashMap<Party, Hold> byParty = new HashMap<>();
    final LinkedHashSet<Request> queue = new LinkedHashSet<>();
    final TreeMap<String, LinkedHashSet<Request>> conditions = new TreeMap<>();
    long used;

    Lock(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    boolean isIdle() {
        return holds.isEmpty() && queue.isEmpty() && conditions.isEmpty();
    }

    boolean fits(int units) {
        return used + units <= capacity;
    }

    void add(Hold hold) {
        holds.put(hold.token(), hold);
        if (!hold.party().isEmpty()) {
            byParty.put(new Party(hold.session().id, hold.party()), hold);
        }
        used += hold.units();
    }

    void remove(Hold hold) {
        holds.remove(hold.token());
        byParty.remove(new Party(hold.session().id, hold.party()));
        used -= hold.units();
    }

    /** What this party holds; nothing for the party without a name. */
    @Nullable
    Hold heldBy(Session session, String party) {
        return byParty.get(new Party(session.id, party));
    }

    /** By which the request holds it. */
    @Nullable
    Hold holdOf(Request request) {
        return request.party.isEmpty()
                ? request.token == null ? null : holds.get(request.token)
                : heldBy(request.session, request.party);
    }

    /** Who holds it longest; empty when nobody does. */
    String holder() {
        return holds.isEmpty() ? "" : holds.firstEntry().getValue().session().owner;
    }

    @Nullable
    Request first() {
        return queue.isEmpty() ? null : queue.iterator().next();
    }
}
