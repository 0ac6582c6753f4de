package io.capstan.demo.lock;

import io.capstan.actors.Failure;

/** The lock was not granted, and the command did not run. */
public final class LockNotHeld extends Failure {
    private final boolean inTime;

    LockNotHeld(String message, boolean inTime) {
        super(Next.RETRY, message);
        this.inTime = inTime;
    }

    /** Whether another held it for as long as we would wait; else nobody could grant it. */
    public boolean isHeldByAnother() {
        return inTime;
    }
}
