package io.capstan.raft.internal.session;

/** A command was refused for its session is over, and nothing of it was ever executed: it may be written in another. */
public final class SessionExpired extends RuntimeException {
    public SessionExpired(String message) {
        super(message, null, false, false);
    }
}
