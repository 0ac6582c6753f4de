package io.capstan.actors.internal.link;

/** Bytes that are no frame of this protocol. The connection they came on is closed. */
final class MalformedFrame extends RuntimeException {
    MalformedFrame(String message) {
        super(message, null, false, false);
    }
}
