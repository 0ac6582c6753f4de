package io.capstan.actors;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a process is gone, as Erlang's exit reasons tell it. Two reasons are equal when kind and detail are; the cause is
 * known only on the node where it happened.
 */
public final class ExitReason {
    /** What callers tell apart. */
    public enum Kind {
        /** It ended by its own will, its work done. */
        NORMAL,
        /** It was asked to stop: by its supervisor, its parent, or the end of its node. */
        SHUTDOWN,
        /** An exception ended it, or a process said so of itself; {@link ExitReason#detail()} tells which. */
        CRASHED,
        /** It was killed: see {@link io.capstan.actors.process.Processes#kill}. */
        KILLED,
        /** It ended without saying why: an actor that Pekko runs and Capstan does not. */
        STOPPED,
        /** It was not there to begin with. A reference never comes alive again. */
        NOPROC,
        /** Its node is out of reach. It may be gone, or go on: nobody can tell. */
        NOCONNECTION
    }

    /** Longest detail, in characters; a longer one is cut. */
    public static final int DETAIL_LENGTH_MAX = 500;

    public static final ExitReason NORMAL = new ExitReason(Kind.NORMAL, "", null);
    public static final ExitReason SHUTDOWN = new ExitReason(Kind.SHUTDOWN, "", null);
    public static final ExitReason KILLED = new ExitReason(Kind.KILLED, "", null);
    public static final ExitReason STOPPED = new ExitReason(Kind.STOPPED, "", null);
    public static final ExitReason NOPROC = new ExitReason(Kind.NOPROC, "", null);
    public static final ExitReason NOCONNECTION = new ExitReason(Kind.NOCONNECTION, "", null);

    private final Kind kind;
    private final String detail;
    private final @Nullable Throwable cause;

    private ExitReason(Kind kind, String detail, @Nullable Throwable cause) {
        this.kind = kind;
        this.detail =
                detail.length() > DETAIL_LENGTH_MAX ? detail.substring(0, DETAIL_LENGTH_MAX - 1) + "\u2026" : detail;
        this.cause = cause;
    }

    /** By an exception; the detail is what the exception prints in its first line. */
    public static ExitReason crashed(Throwable cause) {
        return new ExitReason(Kind.CRASHED, cause.toString(), cause);
    }

    /** By a process's own verdict. */
    public static ExitReason crashed(String detail) {
        return new ExitReason(Kind.CRASHED, detail, null);
    }

    /** As it is told on other nodes, without the cause. */
    public static ExitReason of(Kind kind, String detail) {
        return new ExitReason(kind, detail, null);
    }

    /** What callers decide by. */
    public Kind kind() {
        return kind;
    }

    /** For people; empty when the kind says all. */
    public String detail() {
        return detail;
    }

    /** The exception, on the node where it was thrown. */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(cause);
    }

    /** Whether it is as it should be: {@code NORMAL} or {@code SHUTDOWN}. A transient child is not restarted then. */
    public boolean expected() {
        return kind == Kind.NORMAL || kind == Kind.SHUTDOWN;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ExitReason that && kind == that.kind && detail.equals(that.detail);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, detail);
    }

    /** For people: {@code CRASHED (java.lang.IllegalStateException: no ledger)}. */
    @Override
    public String toString() {
        return detail.isEmpty() ? kind.toString() : kind + " (" + detail + ")";
    }
}
