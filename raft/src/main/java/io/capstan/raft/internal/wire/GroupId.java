package io.capstan.raft.internal.wire;

/**
 * Which making of a group this is. Two groups made one after the other under one name never mix: every frame carries
 * the id, every member keeps the one it joined.
 *
 * @param epoch the recovery epoch: wall-clock seconds at the making, and more than any epoch before it at a restore or a
 *     forced recovery; the first part of every fencing token, so that tokens rise also when indexes begin anew
 * @param random drawn at the making
 */
public record GroupId(long epoch, long random) {
    public GroupId {
        if (epoch < 1) {
            throw new IllegalArgumentException("a group's epoch is at least 1, got " + epoch);
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return epoch + "-" + Long.toHexString(random);
    }
}
