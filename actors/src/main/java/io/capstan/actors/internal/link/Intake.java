package io.capstan.actors.internal.link;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * What one sender has under way on one channel to us: the other end of an {@link Outlet}'s window.
 *
 * <p>Credit goes back in quarters of the window: a frame of credit for every frame of payload would double the frames.
 * A sender that waits has more than three quarters under way, so a quarter always comes back.
 */
final class Intake {
    private final int windowBytes;
    private final IntConsumer giveBack;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger owed = new AtomicInteger();

    /** @param giveBack called on the thread that worked a frame off: it hands over and returns */
    Intake(int windowBytes, IntConsumer giveBack) {
        this.windowBytes = windowBytes;
        this.giveBack = giveBack;
    }

    /**
     * Takes a payload of {@code bytes} in.
     *
     * @return to be run once, when it is worked off
     * @throws MalformedFrame when the sender had no room for it: it would fill our memory
     */
    Runnable take(int bytes) {
        int cost = bytes + Outlet.FRAME_COST;
        if (held.addAndGet(cost) > windowBytes) {
            throw new MalformedFrame("more than the window of " + windowBytes + " bytes is under way");
        }
        var done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                workedOff(cost);
            }
        };
    }

    private void workedOff(int cost) {
        if (owed.addAndGet(cost) < windowBytes / 4) {
            return;
        }
        int back = owed.getAndSet(0);
        if (back > 0) {
            held.addAndGet(-back);
            giveBack.accept(back);
        }
    }
}
