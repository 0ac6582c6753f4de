package io.capstan.crdt.internal;

/** What became of a call that had to wait for something. */
public enum Outcome {
    /** All that was asked for. */
    DONE,
    /** The operation's id stands for something else; nothing was done. */
    CONFLICT,
    /** The operation is older than its window, and about to be forgotten; it counts already. */
    FORGOTTEN,
    /** There are as many operations as the limit allows; nothing was done. */
    TOO_MANY_OPERATIONS,
    /** More slots than one reset takes; nothing was done. */
    TOO_MANY_SLOTS,
    /** As many calls wait as the limit allows; nothing was done. */
    TOO_MANY_WAITING,
    /** It was not even begun before the deadline, or before the node stopped; nothing was done. */
    NOT_BEGUN,
    /** It did not come about before the deadline. */
    LATE,
    /** The node stops. */
    STOPPED
}
