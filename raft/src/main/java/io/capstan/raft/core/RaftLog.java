package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member's log as it is in memory: what the store holds, what is on its way there, and what is not written yet.
 *
 * <p>Three marks, always {@code durable <= written <= last}: {@code last} is what the algorithm reasons with,
 * {@code written} what has been put into a {@link Effect.Persist}, {@code durable} what may be promised to others.
 */
final class RaftLog {
    /** A write on its way, and how far the log will be durable once it has arrived. */
    private record Flight(long ticket, long covers) {}

    private final LogStore store;
    private final EntryRing ring;
    private final List<Flight> flights = new ArrayList<>();
    private SnapshotMeta snapshot;
    private long first;
    private long last;
    private long lastTerm;
    private long lastTime;
    private long written;
    private long durable;
    private @Nullable SnapshotMeta unwrittenSnapshot;
    private long unwrittenTruncation;

    RaftLog(LogStore store) {
        this.store = store;
        snapshot = store.snapshot();
        first = store.firstIndex();
        last = store.lastIndex();
        if (last < snapshot.index() || first > snapshot.index() + 1) {
            throw new IllegalStateException("the store's log runs from " + first + " to " + last
                    + ", which does not follow its snapshot of " + snapshot.index());
        }
        written = last;
        durable = last;
        ring = new EntryRing(last + 1);
        rememberLast();
    }

    SnapshotMeta snapshot() {
        return snapshot;
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    long lastTerm() {
        return lastTerm;
    }

    /** Log time of the last entry. */
    long lastTime() {
        return lastTime;
    }

    long durable() {
        return durable;
    }

    /** The term at {@code index}, or -1 when it is not known here (compacted, or not there yet). */
    long term(long index) {
        if (index == last) {
            return lastTerm;
        }
        if (ring.holds(index)) {
            return ring.get(index).term();
        }
        if (index == snapshot.index()) {
            return snapshot.term();
        }
        return index >= first && index < last ? store.term(index) : -1;
    }

    /**
     * Whether the asking log is at least as up to date as this one (§5.4.1): the later last term wins, then the longer
     * log. toniq/raft and openraft a48a3282 had the comparison wrong.
     */
    boolean isUpToDate(long otherIndex, long otherTerm) {
        return otherTerm != lastTerm ? otherTerm > lastTerm : otherIndex >= last;
    }

    void append(Entry entry) {
        if (entry.index() != last + 1 || entry.term() < lastTerm || entry.time() < lastTime) {
            throw new IllegalStateException(
                    entry + " at " + entry.time() + " appended after " + last + "/" + lastTerm + " at " + lastTime);
        }
        ring.append(entry);
        last = entry.index();
        lastTerm = entry.term();
        lastTime = entry.time();
    }

    /** Removes {@code from} and all after it. */
    void truncate(long from) {
        ring.truncate(from);
        last = from - 1;
        if (from <= written) {
            unwrittenTruncation = unwrittenTruncation == 0 ? from : Math.min(from, unwrittenTruncation);
            written = from - 1;
        }
        // What is on its way will be overwritten: it must not count once it arrives, nor what takes its place before
        // that is durable itself (ra 39490978, etcd's ABA transcript, openraft cecb5de8).
        durable = Math.min(durable, from - 1);
        flights.replaceAll(flight -> flight.covers() < from ? flight : new Flight(flight.ticket(), from - 1));
        rememberLast();
    }

    /** Drops the whole log for a received snapshot (hashicorp#697: a kept conflicting entry is a livelock). */
    void reset(SnapshotMeta received) {
        snapshot = received;
        first = received.index() + 1;
        last = received.index();
        ring.reset(first);
        written = last;
        durable = 0;
        flights.replaceAll(flight -> new Flight(flight.ticket(), 0));
        unwrittenSnapshot = received;
        unwrittenTruncation = 0;
        rememberLast();
    }

    /** Puts {@code taken} in front and forgets what is before {@code next}. */
    void compact(SnapshotMeta taken, long next) {
        snapshot = taken;
        first = Math.max(first, next);
        ring.forget(first);
    }

    /** At least one entry, from {@code from} on, within the limits. */
    List<Entry> slice(long from, long to, int entriesMax, long bytesMax) {
        if (ring.holds(from)) {
            return ring.slice(from, to, entriesMax, bytesMax);
        }
        long end = Math.min(Math.min(to, ring.first() - 1), from + entriesMax - 1);
        List<Entry> read = store.entries(from, end, bytesMax);
        if (read.isEmpty() || read.get(0).index() != from) {
            throw new IllegalStateException("the store has no entry " + from + ", the log runs from " + first);
        }
        return read;
    }

    /** The weight of the entries after {@code index}, as far as they are in memory. */
    long weightAfter(long index) {
        return ring.weight(index, last);
    }

    boolean hasUnwritten() {
        return written < last || unwrittenTruncation > 0 || unwrittenSnapshot != null;
    }

    /** Everything not written yet, as the write of that ticket. */
    Effect.Persist write(long ticket, @Nullable HardState hardState) {
        List<Entry> entries =
                written < last ? ring.slice(written + 1, last, Integer.MAX_VALUE, Long.MAX_VALUE) : List.of();
        Effect.Persist persist = new Effect.Persist(ticket, hardState, unwrittenSnapshot, unwrittenTruncation, entries);
        flights.add(new Flight(ticket, last));
        written = last;
        unwrittenSnapshot = null;
        unwrittenTruncation = 0;
        return persist;
    }

    /** All writes up to {@code ticket} have arrived. */
    void persisted(long ticket) {
        while (!flights.isEmpty() && flights.get(0).ticket() <= ticket) {
            durable = Math.max(durable, flights.remove(0).covers());
        }
    }

    /** Lets go of entries that the store can give back, beyond {@code bytesMax}. */
    void trimCache(long upTo, long bytesMax) {
        long end = Math.min(upTo, durable);
        while (ring.first() <= end && ring.weight(ring.first() - 1, end) > bytesMax) {
            ring.forget(ring.first() + 1);
        }
    }

    private void rememberLast() {
        if (last == snapshot.index()) {
            lastTerm = snapshot.term();
            lastTime = snapshot.time();
        } else {
            Entry entry = slice(last, last, 1, Long.MAX_VALUE).get(0);
            lastTerm = entry.term();
            lastTime = entry.time();
        }
    }
}
