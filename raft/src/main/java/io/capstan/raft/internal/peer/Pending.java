package io.capstan.raft.internal.peer;

import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import java.util.ArrayDeque;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Who waits for what: requests the core has not decided on, and commands in the log that are not applied. */
final class Pending {
    private record Logged(long index, long term, Waiting waiting) {}

    /** A request and where its reply goes. */
    record Waiting(ClientFrame.Request request, Responder responder) {
        void refuse(Why why, String leader, int voters, int reached, String text) {
            responder.reply(new Refused(request.correlation(), why, leader, voters, reached, text));
        }

        boolean isRepeatable() {
            return request instanceof ClientFrame.Write;
        }
    }

    private final Long2ObjectHashMap<Waiting> undecided = new Long2ObjectHashMap<>();
    // By index: entries are logged, and applied, in their order.
    private final ArrayDeque<Logged> logged = new ArrayDeque<>();
    private long lastNumber;

    /** Remembers a request under a number for the core. */
    long begin(Waiting waiting) {
        undecided.put(++lastNumber, waiting);
        return lastNumber;
    }

    /** A number that nobody waits for. */
    long number() {
        return ++lastNumber;
    }

    /** The request of that number, which is remembered no longer. */
    @Nullable
    Waiting decided(long number) {
        return undecided.remove(number);
    }

    /** A command is in the log. */
    void logged(long index, long term, Waiting waiting) {
        while (!logged.isEmpty() && logged.getLast().index() >= index) {
            // This member leads again and wrote over what it had written as the leader of an earlier term.
            unknown(logged.removeLast().waiting());
        }
        logged.add(new Logged(index, term, waiting));
    }

    /** Who waits for this committed entry; null when nobody does. */
    @Nullable
    Waiting applied(Entry entry) {
        skipped(entry.index() - 1);
        Logged waiting = logged.peek();
        if (waiting == null || waiting.index() != entry.index()) {
            return null;
        }
        logged.remove();
        if (waiting.term() != entry.term()) {
            lost(waiting.waiting());
            return null;
        }
        return waiting.waiting();
    }

    private static void lost(Waiting waiting) {
        waiting.refuse(Why.NOT_LEADER, "", 0, 0, "another leader's entry took its place: it was not done");
    }

    /** Entries up to {@code index} came as a snapshot: whether they were ours is lost with them. */
    void skipped(long index) {
        while (!logged.isEmpty() && logged.element().index() <= index) {
            unknown(logged.remove().waiting());
        }
    }

    /** This member leads no longer. Whoever may send its command again need not wait for the log to tell. */
    void leadershipLost() {
        logged.removeIf(entry -> {
            boolean told = entry.waiting().isRepeatable();
            if (told) {
                unknown(entry.waiting());
            }
            return told;
        });
    }

    /** The member ends. */
    void end() {
        undecided.values().forEach(waiting -> waiting.refuse(Why.UNKNOWN, "", 0, 0, "the member stopped"));
        logged.forEach(entry -> unknown(entry.waiting()));
        undecided.clear();
        logged.clear();
    }

    private static void unknown(Waiting waiting) {
        waiting.refuse(Why.UNKNOWN, "", 0, 0, "the leader was lost before the entry was committed");
    }
}
