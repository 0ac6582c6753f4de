package io.capstan.crdt.core;

/** A stream that a peer asked us for. */
final class Outbound<K, V> {
    private static final long NOT_BEHIND = -1;
    /** What has come nearer by an eighth of the way that was left arrives, in at most 8 ln(way) such steps. */
    private static final int NEARER_SHARE = 8;

    final long stream;
    final SlotCopy<K, V> copy;
    /** Where the last frame ended. */
    long sent;
    /** The next frame tells the receiver to start over. */
    boolean replaceNext;
    /** The {@code known} told with our tail, or -1 when no frame has reached our tail since the (re)start. */
    long toldKnown = -1;

    long toldFloor;
    int inFlight;
    /** When the peer fell behind, or was last seen well nearer to our tail than before. */
    private long behindSince = NOT_BEHIND;
    /** How far it was from it then, in changes. */
    private long farthest;

    private long movedAt;

    Outbound(Frame.Want<K, V> want, SlotCopy<K, V> copy, long now) {
        this.stream = want.stream();
        this.copy = copy;
        this.movedAt = now;
        long after = want.after();
        if (want.whole() || (after > 0 && after < copy.floor)) {
            startOver(); // Removals that the receiver has not seen are forgotten here: only the whole slot is safe.
        } else {
            sent = after;
        }
    }

    void startOver() {
        sent = 0;
        replaceNext = true;
        toldKnown = -1;
    }

    /** A relay that holds less than its receiver is silent until it has caught up. */
    boolean hasWork() {
        return copy.known >= sent && (toldKnown < copy.known || toldFloor < copy.floor);
    }

    /** The next frame: as many rows as fit, and the tail when they reach it. */
    Frame.Rows<K, V> next(RowMeasure<K, V> measure, int bytesMax) {
        var rows = new java.util.ArrayList<Row<K, V>>();
        long after = sent;
        int bytes = 0;
        int index = copy.rows.indexAbove(sent);
        for (; index < copy.rows.end(); index++) {
            Row<K, V> row = copy.rows.at(index);
            if (row == null) {
                continue;
            }
            bytes += measure.bytes(row);
            if (bytes > bytesMax && !rows.isEmpty()) {
                break;
            }
            rows.add(row);
        }
        boolean tail = index >= copy.rows.end();
        var frame = new Frame.Rows<K, V>(stream, after, replaceNext, tail, tail ? copy.known : 0, copy.floor, rows);
        sent = frame.end();
        replaceNext = false;
        if (tail) {
            toldKnown = copy.known;
            toldFloor = copy.floor;
            behindSince = NOT_BEHIND;
        }
        inFlight++;
        return frame;
    }

    void acknowledged(long now) {
        if (inFlight > 0) {
            inFlight--;
        }
        movedAt = now;
    }

    void tick(long now) {
        if (toldKnown >= copy.known) {
            behindSince = NOT_BEHIND;
        } else if (behindSince == NOT_BEHIND || nearer()) {
            behindSince = now;
            farthest = copy.known - sent;
        }
    }

    private boolean nearer() {
        return copy.known - sent < farthest - farthest / NEARER_SHARE;
    }

    /**
     * Moves, yet has neither reached our tail nor come much nearer for {@code holdMillis}: new versions run away from it.
     * Whoever takes a large slot for the first time comes nearer, and makes nobody wait.
     */
    boolean chasing(long now, long holdMillis) {
        return behindSince != NOT_BEHIND && now - behindSince >= holdMillis && now - movedAt < holdMillis;
    }
}
