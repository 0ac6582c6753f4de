package io.capstan.demo.lab;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happened, in the order in which it was over; the oldest is forgotten first. Thread-safe. */
final class Timeline {
    /** As many as a schedule of faults may have steps. */
    static final int KEPT_MAX = 10_000;

    private final long startNanos = System.nanoTime();
    private final Deque<Happened> kept = new ArrayDeque<>();
    private long last;

    /** Milliseconds since the lab began. */
    long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** A fault that began at {@code ms} and is over. */
    void fault(long ms, String notation, boolean ok, String text) {
        add(ms, Happened.Kind.FAULT, "", text, ok, now() - ms, ok ? notation : null, null);
    }

    /** An act of a node that was asked for at {@code ms}, and has been answered. */
    void act(long ms, Act act, boolean ok, String text, @Nullable String code) {
        add(ms, Happened.Kind.ACT, act.node(), text, ok, now() - ms, null, code);
    }

    void seen(String node, String text) {
        add(now(), Happened.Kind.SEEN, node, text, true, 0, null, null);
    }

    void story(String node, String text, boolean ok, long took) {
        add(now(), Happened.Kind.STORY, node, text, ok, took, null, null);
    }

    private synchronized void add(
            long ms,
            Happened.Kind kind,
            String node,
            String text,
            boolean ok,
            long took,
            @Nullable String fault,
            @Nullable String code) {
        kept.add(new Happened(++last, ms, kind, node, text, ok, took, fault, code));
        if (kept.size() > KEPT_MAX) {
            kept.poll();
        }
    }

    /** Those after the one of this number, at most the last {@code max}. */
    synchronized List<Happened> after(long number, int max) {
        List<Happened> found = new ArrayList<>();
        var fromLast = kept.descendingIterator();
        while (fromLast.hasNext() && found.size() < max) {
            Happened each = fromLast.next();
            if (each.number() <= number) {
                break;
            }
            found.add(0, each);
        }
        return found;
    }

    synchronized List<Happened> all() {
        return List.copyOf(kept);
    }
}
