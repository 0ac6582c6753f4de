package io.capstan.registry.core.owner;

/**
 * How soon a node that owns no name asks again for what has changed. Whoever is asked answers when the log has gone on, and it goes on with each
 * node's renewals too: in a large cluster that alone would wake every node's copy many times a second, so of answers that
 * tell of no change there is one in so many milliseconds. What has changed is asked for again at once.
 */
public final class Pace {
    private final long emptyMillis;
    private long lastEmpty;
    private boolean begun;

    /** With one answer without a change in {@code emptyMillis}, at most. */
    public Pace(long emptyMillis) {
        this.emptyMillis = emptyMillis;
    }

    /**
     * An answer has come.
     *
     * @param anything it told of a change, or the next one must not be late
     * @return milliseconds to wait before the next question
     */
    public long answered(boolean anything, long nowMillis) {
        if (anything) {
            return 0;
        }
        long wait = begun ? Math.max(0, lastEmpty + emptyMillis - nowMillis) : 0;
        begun = true;
        lastEmpty = nowMillis + wait;
        return wait;
    }
}
