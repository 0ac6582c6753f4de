package io.capstan.raft.internal.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * The name of a snapshot's file: {@code GROUP.INDEX-TERM.ORIGIN}, index and term as sixteen hexadecimal digits.
 *
 * <p>One that was taken here and one that was received never share a name, so that neither is written over, nor removed
 * in place of the other, when both are made at one time (ra de94f929).
 *
 * @param received whether a leader sent it
 */
record SnapshotName(String group, long index, long term, boolean received) {
    private static final int TAIL = 1 + 16 + 1 + 16 + 2;

    String text() {
        return "%s.%016x-%016x.%s".formatted(group, index, term, received ? "r" : "t");
    }

    /** The snapshot of {@code group} called so; null when the file is not one of that group's. */
    static @Nullable SnapshotName of(String group, String text) {
        // A group's name may have dots: only the length tells where it ends.
        if (text.length() != group.length() + TAIL || !text.startsWith(group + ".")) {
            return null;
        }
        String rest = text.substring(group.length());
        if (!rest.matches("\\.[0-7][0-9a-f]{15}-[0-7][0-9a-f]{15}\\.[rt]")) {
            return null;
        }
        long index = Long.parseLong(rest.substring(1, 17), 16);
        long term = Long.parseLong(rest.substring(18, 34), 16);
        return new SnapshotName(group, index, term, rest.endsWith("r"));
    }
}
