package io.capstan.registry.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Requests that wait their turn, by name: first come, first served. */
final class Queues {
    private final Map<String, Deque<NameRequest>> byName = new LinkedHashMap<>();
    /** No deadline of theirs is before. */
    private long noneBefore = Long.MAX_VALUE;

    void add(NameRequest request) {
        noneBefore = Math.min(noneBefore, request.deadline());
        byName.computeIfAbsent(request.name(), name -> new ArrayDeque<>()).add(request);
    }

    /** The first; null when nobody waits. */
    @Nullable
    NameRequest peek(String name) {
        Deque<NameRequest> line = byName.get(name);
        return line == null ? null : line.peek();
    }

    /** Takes the first out; null when nobody waits. */
    @Nullable
    NameRequest next(String name) {
        Deque<NameRequest> line = byName.get(name);
        if (line == null) {
            return null;
        }
        NameRequest first = line.remove();
        if (line.isEmpty()) {
            byName.remove(name);
        }
        return first;
    }

    /** Takes out what {@code process} wanted of {@code name}. */
    List<NameRequest> leaving(String name, String process) {
        return take(
                name,
                request -> request instanceof NameRequest.Register register
                        && register.process().equals(process));
    }

    /** Takes out whatever is past its deadline. */
    List<NameRequest> expired(long now) {
        if (now < noneBefore) {
            return List.of(); // Of many that wait not each is looked at with every tick.
        }
        List<NameRequest> expired = new ArrayList<>();
        names().forEach(name -> expired.addAll(take(name, request -> now >= request.deadline())));
        noneBefore = byName.values().stream()
                .flatMap(Deque::stream)
                .mapToLong(NameRequest::deadline)
                .min()
                .orElse(Long.MAX_VALUE);
        return expired;
    }

    /** A snapshot of the names that somebody waits for. */
    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** How many wait for {@code name}. */
    int size(String name) {
        Deque<NameRequest> line = byName.get(name);
        return line == null ? 0 : line.size();
    }

    int size() {
        return byName.values().stream().mapToInt(Deque::size).sum();
    }

    private List<NameRequest> take(String name, Predicate<NameRequest> which) {
        Deque<NameRequest> line = byName.get(name);
        if (line == null) {
            return List.of();
        }
        List<NameRequest> taken = new ArrayList<>();
        for (Iterator<NameRequest> each = line.iterator(); each.hasNext(); ) {
            NameRequest request = each.next();
            if (which.test(request)) {
                each.remove();
                taken.add(request);
            }
        }
        if (line.isEmpty()) {
            byName.remove(name);
        }
        return taken;
    }
}
