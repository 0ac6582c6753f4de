package io.capstan.registry.core;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who of those in line begins, and when: for each name one after the other, and of all names so many at one time. Of 40,000
 * claims at once each asked again before its answer had come: that filled the links, and none came to an end.
 */
final class Turns {
    private final Queues queued;
    private final Map<String, Round> rounds;
    private final NamesView view;
    private final Consumer<NameRequest> begin;
    private final int underWayMax;
    /** Names whose next in line are being begun. */
    private final Set<String> starting = new HashSet<>();
    /** Names whose next in line wait until fewer claims are under way: first come, first served. */
    private final Set<String> held = new LinkedHashSet<>();

    private boolean startingHeld;
    private boolean open;

    Turns(Queues queued, Map<String, Round> rounds, NamesView view, int underWayMax, Consumer<NameRequest> begin) {
        this.queued = queued;
        this.rounds = rounds;
        this.view = view;
        this.underWayMax = underWayMax;
        this.begin = begin;
    }

    /** From now on there are turns. */
    void open() {
        open = true;
        queued.names().forEach(this::next);
    }

    /** Whoever is first in line goes on, if it may by now. */
    void next(String name) {
        if (!starting.add(name)) {
            return; // Whoever begins them goes on: many that follow at once would not fit on the stack.
        }
        while (open && !rounds.containsKey(name)) {
            NameRequest first = queued.peek(name);
            if (first == null || (first.replaces() && view.takeOverComing(name))) {
                break;
            }
            if (view.now >= first.deadline()) {
                break; // It is told so with this tick, and whoever is behind it goes on.
            }
            boolean othersFirst = !held.isEmpty() && !startingHeld;
            if ((rounds.size() >= underWayMax || othersFirst) && !isTaken(first)) {
                held.add(name);
                break;
            }
            queued.next(name);
            begin.accept(first);
        }
        starting.remove(name);
        nextOfHeld();
    }

    /** It is refused at once, and takes no place. */
    private boolean isTaken(NameRequest request) {
        return request instanceof NameRequest.Register register
                && !register.takeOver()
                && view.holder(register.name()) != null;
    }

    /** For how many names somebody waits until fewer claims are under way. */
    int held() {
        return held.size();
    }

    /** In a loop: where nobody has to be asked each ends at once, and makes room for the next. */
    private void nextOfHeld() {
        if (startingHeld) {
            return;
        }
        startingHeld = true;
        while (rounds.size() < underWayMax && !held.isEmpty()) {
            Iterator<String> first = held.iterator();
            String name = first.next();
            first.remove();
            next(name);
        }
        startingHeld = false;
    }
}
