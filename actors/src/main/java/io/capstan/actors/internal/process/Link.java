package io.capstan.actors.internal.process;

/**
 * One link as one of its ends has it, guarded by the cell of that end. An exit signal that lies in the mailbox keeps it in
 * the cell, so that an unlink finds it and the signal is dropped (Erlang flushes it from the mailbox).
 */
final class Link {
    private boolean standing = true;
    private boolean ended;
    private int unheard;

    /** Whether it ties the two together: false once its signal has come, until it is made anew. */
    boolean standing() {
        return standing;
    }

    /** Made, perhaps anew. */
    void stands() {
        standing = true;
    }

    /** Its exit signal has come, and lies in the mailbox. */
    void signalled() {
        standing = false;
        unheard++;
    }

    /** The process ended it: what is unheard stays so. */
    void end() {
        ended = true;
    }

    /** One signal is heard; returns whether the link was ended meanwhile. */
    boolean heard() {
        unheard--;
        return ended;
    }

    /** Whether nothing of it is left. */
    boolean over() {
        return !standing && unheard == 0;
    }
}
