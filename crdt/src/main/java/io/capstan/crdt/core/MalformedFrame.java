package io.capstan.crdt.core;

/** Bytes that are no frame of this protocol, in one line for the log. An outcome, not a bug: no stack trace. */
public final class MalformedFrame extends RuntimeException {
    public MalformedFrame(String message) {
        super(message, null, false, false);
    }
}
