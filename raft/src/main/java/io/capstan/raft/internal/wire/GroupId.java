package io.capstan.raft.internal.wire;

/**
 * Which making of a group this is. Two groups made one after the other under one name never mix: every frame carries
 * the id, every member keeps the one it joined.
 *
 * @param epoch the recovery epoch: milliseconds of the wall clock at the making, and more than any epoch that the makers'
 *     directories or the backup know of; the first part of every fencing token, so that tokens rise also when indexes
 *     begin anew
 * @param random drawn at the making
 */
public record GroupId(long epoch, long random) {
    public GroupId {
        if (epoch < 1) {
            throw new IllegalArgumentException("a group's epoch is at least 1, got " + epoch);
        }
    }

    /**
     * The next making of a group.
     *
     * @param above every epoch that anybody involved has seen of the group; 0 for none: a clock that was set back
     *     repeats none of these
     */
    public static GroupId next(long above, long millis, long random) {
        return new GroupId(Math.max(above + 1, millis), random);
    }

    /** For people. */
    @Override
    public String toString() {
        return epoch + "-" + Long.toHexString(random);
    }
}
