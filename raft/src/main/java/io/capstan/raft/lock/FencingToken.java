package io.capstan.raft.lock;

import java.util.Comparator;

/**
 * Which grant this is: higher than every grant before it. Pass it on to what the lock guards, which refuses whoever comes
 * with a lower one than it has seen.
 *
 * @param epoch of the group: rises when it is made again or restored
 * @param index of the log entry that granted
 * @param ordinal of the grant among those of that entry, from 0
 */
public record FencingToken(long epoch, long index, int ordinal) implements Comparable<FencingToken> {
    private static final Comparator<FencingToken> ORDER = Comparator.comparingLong(FencingToken::epoch)
            .thenComparingLong(FencingToken::index)
            .thenComparingInt(FencingToken::ordinal);

    @Override
    public int compareTo(FencingToken other) {
        return ORDER.compare(this, other);
    }

    /** For people, files and headers: {@code 1763846400000-17-0}; {@link #parse} reads it. */
    @Override
    public String toString() {
        return epoch + "-" + index + "-" + ordinal;
    }

    /** Reads {@link #toString}; throws {@link IllegalArgumentException} for anything else. */
    public static FencingToken parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a fencing token has three numbers joined by -, got \"" + text + "\"");
        }
        return new FencingToken(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }
}
