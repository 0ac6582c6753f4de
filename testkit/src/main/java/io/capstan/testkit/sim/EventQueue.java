package io.capstan.testkit.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A binary heap of events by (time, sequence): of two events at one time, the one scheduled first happens first. */
final class EventQueue {
    /** Something that will happen. */
    abstract static class Event {
        long time;
        long sequence;

        /** Makes it happen; names the process that took a step, null when none did and no invariant can have changed. */
        abstract @Nullable String fire();
    }

    private @Nullable Event[] heap = new @Nullable Event[256];
    private int size;
    private long sequence;

    void add(long time, Event event) {
        event.time = time;
        event.sequence = sequence++;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            Event above = at(parent);
            if (!before(event, above)) {
                break;
            }
            heap[hole] = above;
            hole = parent;
        }
        heap[hole] = event;
    }

    /** The time of the next event; {@link Long#MAX_VALUE} when there is none. */
    long nextTime() {
        return size == 0 ? Long.MAX_VALUE : at(0).time;
    }

    Event poll() {
        Event first = at(0);
        Event last = at(--size);
        heap[size] = null;
        if (size > 0) {
            sink(last);
        }
        return first;
    }

    private void sink(Event event) {
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(at(child + 1), at(child))) {
                child++;
            }
            Event below = at(child);
            if (!before(below, event)) {
                break;
            }
            heap[hole] = below;
            hole = child;
        }
        heap[hole] = event;
    }

    private Event at(int index) {
        Event event = heap[index];
        if (event == null) {
            throw new IllegalStateException("the event queue is empty");
        }
        return event;
    }

    private static boolean before(Event a, Event b) {
        return a.time < b.time || (a.time == b.time && a.sequence < b.sequence);
    }
}
