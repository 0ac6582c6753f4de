package io.capstan.testkit.sim;

import org.jspecify.annotations.Nullable;

/** The last events, kept as objects and turned into text only when somebody reads them: writing must cost nothing. */
final class Trace {
    private final long[] times;
    private final @Nullable Object[] parts;
    private long written;

    Trace(int length) {
        times = new long[length];
        parts = new @Nullable Object[length * 3];
    }

    /** One line: {@code who what detail}. */
    void add(long time, String who, String what, @Nullable Object detail) {
        if (times.length == 0) {
            return;
        }
        int slot = (int) (written++ % times.length);
        times[slot] = time;
        parts[slot * 3] = who;
        parts[slot * 3 + 1] = what;
        parts[slot * 3 + 2] = detail;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long i = Math.max(0, written - times.length); i < written; i++) {
            int slot = (int) (i % times.length);
            text.append(String.format(java.util.Locale.ROOT, "  %12.6f  ", times[slot] / 1e9))
                    .append(parts[slot * 3])
                    .append(' ')
                    .append(parts[slot * 3 + 1]);
            Object detail = parts[slot * 3 + 2];
            if (detail != null) {
                text.append(' ').append(detail);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
