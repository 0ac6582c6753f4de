package io.capstan.registry;

import io.capstan.registry.core.NameRow.Loss;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of owners of one name when a split heals. Where the owners chose differently, the choice of the one with
 * the highest claim holds for who remains; each loser is treated as it chose itself.
 *
 * @param <T> of the messages
 */
public final class OnConflict<T> {
    private final Loss loss;
    private final @Nullable Function<NameConflict<T>, T> told;

    private OnConflict(Loss loss, @Nullable Function<NameConflict<T>, T> told) {
        this.loss = loss;
        this.told = told;
    }

    /** One remains, the others are stopped: OTP's {@code random_exit_name}, and the default. */
    public static <T> OnConflict<T> stopLoser() {
        return new OnConflict<>(Loss.KILL_ONE, null);
    }

    /** One remains, the others get this message and live: OTP's {@code random_notify_name}. */
    public static <T> OnConflict<T> tellLoser(Function<NameConflict<T>, T> message) {
        return new OnConflict<>(Loss.NOTIFY_ONE, message);
    }

    /** Nobody keeps the name, and each gets this message: OTP's {@code notify_all_name}. */
    public static <T> OnConflict<T> tellAll(Function<NameConflict<T>, T> message) {
        return new OnConflict<>(Loss.NOTIFY_BOTH, message);
    }

    /** {@link AvailableNames#resolver} says who remains; the others get this message. */
    public static <T> OnConflict<T> resolve(Function<NameConflict<T>, T> message) {
        return new OnConflict<>(Loss.CUSTOM, message);
    }

    Loss loss() {
        return loss;
    }

    @Nullable
    Function<NameConflict<T>, T> told() {
        return told;
    }
}
