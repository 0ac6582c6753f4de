package io.capstan.actors.internal.turn;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has come for somebody, from any thread, in order. He is woken once for whatever gathers until he takes it up, so under
 * load a batch grows by itself, and a thousand events cost one message and not a thousand. Thread-safe; one takes.
 *
 * <p>Unbounded: whoever adds has a limit of its own.
 */
public final class Gathering<E> {
    /** What a thread that is lent takes up at most: it has its own to do, and others wait for it. */
    static final int LENT_MAX = 128;

    private final Queue<E> events = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile @Nullable Runnable waker;
    private volatile @Nullable Consumer<? super E> refuser;
    /** Of the last batch; the next one may be about as large. Belongs to whoever takes. */
    private int lastSize;

    /** From now on he can be woken, and is, for what is here already. */
    public void attach(Runnable wakes) {
        waker = wakes;
        wake();
    }

    /** Adds an event and wakes him; never blocks. */
    public void add(E event) {
        events.add(event);
        if (!refuse()) {
            wake();
        }
    }

    /** Adds an event that can wait until he is woken for another. */
    public void leave(E event) {
        events.add(event);
        refuse();
    }

    /** Wakes him, unless he has been and not taken up what there is since. */
    public void wake() {
        Runnable wakes = waker;
        if (wakes != null && woken.compareAndSet(false, true)) {
            wakes.run();
        }
    }

    /** He takes up nothing any more: what is here, and whatever is added from now on, is handed to {@code refuses}. */
    public void end(Consumer<? super E> refuses) {
        refuser = refuses; // First: whoever adds after the last look at what is here finds it.
        refuse();
    }

    private boolean refuse() {
        Consumer<? super E> refuses = refuser;
        if (refuses == null) {
            return false;
        }
        for (E event = events.poll(); event != null; event = events.poll()) {
            refuses.accept(event);
        }
        return true;
    }

    /** Whether nothing is here. */
    public boolean isEmpty() {
        return events.isEmpty();
    }

    /**
     * Takes up so much at most, on a thread that is lent ({@link LentThreads}) no more than 128: whatever is added from now on
     * wakes him again, and so does what is left.
     */
    public List<E> drain(int max) {
        boolean lent = LentThreads.isLent();
        int most = lent ? Math.min(max, LENT_MAX) : max;
        woken.set(false);
        List<E> batch = new ArrayList<>(Math.min(lastSize + 1, most));
        E event = events.poll();
        while (event != null) {
            batch.add(event);
            event = batch.size() < most ? events.poll() : null;
        }
        lastSize = batch.size();
        if (lastSize == most && !events.isEmpty()) {
            if (lent) {
                LentThreads.giveBack(); // The rest is for his own.
            }
            wake();
        }
        return batch;
    }
}
