package io.capstan.raft.internal.log;

/**
 * A record that was read turns out to be damaged. From then on {@link DurableLog#damage} says so: the member ends,
 * and does not start again on this log.
 */
public final class LogDamaged extends RuntimeException {
    private static final long serialVersionUID = 1;

    LogDamaged(String message) {
        super(message, null, false, false);
    }
}
