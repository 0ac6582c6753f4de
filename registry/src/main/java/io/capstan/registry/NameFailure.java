package io.capstan.registry;

import io.capstan.actors.Failure;

/** Why something about a name was not done. */
public final class NameFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** Somebody else has the name. */
        TAKEN(Next.DO_NOT_RETRY),
        /** The deadline passed; nothing was done, or it was withdrawn. */
        TIMED_OUT(Next.RETRY),
        /**
         * The deadline of a reRegister passed: the name may have lost its former owner. Of consistent names also that of an
         * unregister or update: their group may have done it, or may do it yet.
         */
        TIMED_OUT_TAKING_OVER(Next.OUTCOME_UNKNOWN),
        /** The deadline of an update passed after the change was made: it stands, but not every node has told so. */
        TIMED_OUT_TELLING(Next.OUTCOME_UNKNOWN),
        /** The process has stopped. */
        STOPPED(Next.DO_NOT_RETRY),
        /** The node that has to do it went away, or did not answer in time (OTP: noconnection). */
        NO_CONNECTION(Next.OUTCOME_UNKNOWN),
        /** It had been registered, and then nobody was to have it, before every node had told that it shows it. */
        UNREGISTERED(Next.RETRY),
        /** Nobody has the name. */
        NOT_REGISTERED(Next.RETRY),
        /** The listener lives on another node, and listens there only. */
        LISTENER_NOT_LOCAL(Next.DO_NOT_RETRY),
        /** The process lives on another node, and is registered there only. */
        PROCESS_NOT_LOCAL(Next.DO_NOT_RETRY),
        /** The name has another owner by now, or none: look who, and send again. */
        STALE_EPOCH(Next.RETRY),
        /** The owner does not check epochs, so nothing can be sent to it with one. */
        NOT_FENCED(Next.DO_NOT_RETRY),
        /** The process's reference, of its path and the node's address, is too long for the wire. */
        REFERENCE_TOO_LONG(Next.DO_NOT_RETRY),
        /** A limit of this node, which the message names. */
        TOO_MANY(Next.RETRY),
        /** The node is stopping. */
        CLOSED(Next.DO_NOT_RETRY);

        private final Next next;

        Kind(Next next) {
            this.next = next;
        }
    }

    private final Kind kind;

    NameFailure(Kind kind, String message) {
        super(kind.next, message);
        this.kind = kind;
    }

    static NameFailure notRegistered(Name<?> name) {
        return new NameFailure(Kind.NOT_REGISTERED, "nobody has the name \"" + name + "\"");
    }

    static NameFailure stopping() {
        return new NameFailure(Kind.CLOSED, "this node is stopping");
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
