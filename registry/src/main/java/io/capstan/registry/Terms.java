package io.capstan.registry;

import java.time.Duration;

/**
 * How a name is registered.
 *
 * @param within the deadline, from now: at least 1 ms, at most {@code capstan.registry.names.timeout-max}
 * @param metadata shown with the owner on every node
 * @param onConflict what becomes of the owner if, after a split, somebody else has the name too
 * @param <T> of the messages
 */
public record Terms<T>(Duration within, Metadata metadata, OnConflict<T> onConflict) {
    /** No metadata; the loser of a conflict is stopped. */
    public static <T> Terms<T> within(Duration within) {
        return new Terms<>(within, Metadata.NONE, OnConflict.stopLoser());
    }

    /** The same with this metadata. */
    public Terms<T> metadata(Metadata value) {
        return new Terms<>(within, value, onConflict);
    }

    /** The same, but for what becomes of the owner after a split. */
    public Terms<T> onConflict(OnConflict<T> value) {
        return new Terms<>(within, metadata, value);
    }
}
