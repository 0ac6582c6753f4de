package io.capstan.raft.core;

/** Why a request was refused. Refused means: nothing was done and nothing will be. */
public enum Refusal {
    /** This member does not lead; {@link Effect.Refused#leader()} names who does, if known. */
    NOT_LEADER,
    /** A new leader has not committed an entry of its own term yet: ask again shortly (thesis §4.1, §6.4). */
    NOT_READY,
    /** Leadership is being handed over: ask again shortly, probably elsewhere (openraft 1ef3e574). */
    TRANSFERRING,
    /** {@code uncommitted-entries-max} or {@code uncommitted-bytes-max} would be passed. */
    OVERLOADED,
    /** A command is longer than {@code entry-bytes-max}. */
    TOO_LARGE,
    /** The configuration is not the one the caller had seen: look again. */
    CONFIGURATION_CHANGED,
    /** An earlier membership change is not committed yet. */
    CHANGE_IN_PROGRESS,
    /** The change makes no sense here: unknown member, already there, last voter. */
    INVALID_CHANGE,
    /** The member to be promoted, or to lead, is too far behind, or has not been heard of. */
    LAGGING,
    /** The change would leave fewer live voters than a quorum. */
    QUORUM_AT_RISK,
    /** It has a log already and cannot be bootstrapped. */
    NOT_BLANK
}
