package io.capstan.raft.core;

/**
 * How far a snapshot has come on its way to one follower (§7): so many bytes confirmed, so many more on their way.
 *
 * <p>A single piece goes first, and again after a silence: the follower's answer says where to go on, and one that is away
 * costs one piece at a time. What was on its way when the silence began counts as lost.
 */
final class SnapshotTransfer {
    final SnapshotMeta snapshot;
    private long confirmed;
    private long next;
    private long end = Long.MAX_VALUE;
    private long furthest;
    private boolean flows;
    private long newsTick;
    private long movedTick;

    SnapshotTransfer(SnapshotMeta snapshot, long tick) {
        this.snapshot = snapshot;
        newsTick = tick;
        movedTick = tick;
    }

    /** Whether the piece after those under way may follow them now. */
    boolean hasRoom(CoreSettings.Snapshots limits) {
        if (next == confirmed) {
            return next < end;
        }
        return flows && next < end && next + limits.chunkBytes() - confirmed <= limits.windowBytes();
    }

    /** Where the next piece begins; it is under way from now on. */
    long take(int chunkBytes) {
        long offset = next;
        next = offset + chunkBytes;
        return offset;
    }

    /** Whether a piece that begins there was taken, is not confirmed, and is none beyond the end. */
    boolean isUnderWay(long offset) {
        return offset >= confirmed && offset < next && offset < end;
    }

    /** The last piece was read: there is nothing to take beyond it. */
    void endsAt(long offset) {
        end = offset;
    }

    /**
     * The follower has kept so much.
     *
     * @return whether that is news, and more may follow
     */
    boolean confirm(long offset, long tick) {
        if (offset < confirmed) {
            // It lost what it had, or this is an old answer: not worth a piece of its own at once, or each of those
            // would
            // beget another for as long as the snapshot lasts. What comes next is asked for after a silence.
            confirmed = offset;
            goBack();
            return false;
        }
        if (offset == confirmed) {
            return false;
        }
        confirmed = offset;
        next = Math.max(next, offset);
        newsTick = tick;
        flows = true;
        if (offset > furthest) {
            // Whoever loses it again and again, as its disk is full, gets nowhere.
            furthest = offset;
            movedTick = tick;
        }
        return true;
    }

    /** Nothing was confirmed for too long: what was on its way is lost, and one piece asks where to go on. */
    void askAgain(long tick) {
        newsTick = tick;
        goBack();
    }

    private void goBack() {
        next = confirmed;
        flows = false;
    }

    /** For how many ticks nothing was confirmed, nor asked. */
    long silence(long tick) {
        return tick - newsTick;
    }

    /** For how many ticks it has not come further than ever. */
    long stuck(long tick) {
        return tick - movedTick;
    }
}
