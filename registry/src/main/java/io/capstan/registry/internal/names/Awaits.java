package io.capstan.registry.internal.names;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Callers who wait for somebody to have a name. */
public final class Awaits {
    private record Waiting(long deadline, Consumer<NamesBook.@Nullable Entry> done) {}

    private final NamesBook book;
    private final Map<String, List<Waiting>> byName = new HashMap<>();

    /** Of this book. */
    public Awaits(NamesBook book) {
        this.book = book;
    }

    /** Has {@code done} called once: with null when the time is over. */
    public void add(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done, long now) {
        NamesBook.Entry entry = book.entry(name);
        if (entry != null) {
            done.accept(entry);
            return;
        }
        byName.computeIfAbsent(name, absent -> new ArrayList<>()).add(new Waiting(now + timeout.toMillis(), done));
    }

    /** How many wait for {@code name}. */
    int count(String name) {
        return byName.getOrDefault(name, List.of()).size();
    }

    /** Somebody has the name now. */
    public void shown(String name) {
        List<Waiting> waiting = byName.remove(name);
        if (waiting != null) {
            NamesBook.Entry entry = book.entry(name);
            waiting.forEach(each -> each.done().accept(entry));
        }
    }

    /** Nobody has the names, as far as those who wait for them will hear. */
    public void end() {
        byName.values().forEach(waiting -> waiting.forEach(one -> one.done().accept(null)));
        byName.clear();
    }

    /** Time has passed. */
    public void tick(long now) {
        for (Iterator<List<Waiting>> names = byName.values().iterator(); names.hasNext(); ) {
            List<Waiting> waiting = names.next();
            for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
                Waiting one = each.next();
                if (now >= one.deadline()) {
                    each.remove();
                    one.done().accept(null);
                }
            }
            if (waiting.isEmpty()) {
                names.remove();
            }
        }
    }
}
