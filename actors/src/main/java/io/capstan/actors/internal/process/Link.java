package io.capstan.actors.internal.process;

/** One link as one of its ends has it. Exit signals that lie in the mailbox ask it whether it was ended meanwhile. */
final class Link {
    private volatile boolean ended;

    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }
}
