package io.capstan.raft.internal.wire;

/** Bytes that are no value of the protocol or format, or of a version that this Capstan does not know. */
public final class Malformed extends RuntimeException {
    public Malformed(String message) {
        super(message, null, false, false);
    }
}
