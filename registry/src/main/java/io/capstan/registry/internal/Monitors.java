package io.capstan.registry.internal;

import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupsEffect;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who listens to which group. A listener gets the members and then exactly the changes after them, as both are told by
 * the one actor that makes them.
 */
final class Monitors {
    private final GroupsBook book;
    private final Consumer<ActorRef<Object>> watch;
    private final Consumer<ActorRef<Object>> unwatch;
    private final Map<GroupKey, Map<ActorRef<Object>, GroupEvents>> byGroup = new HashMap<>();

    /** How many groups each listener listens to. */
    private final Map<ActorRef<Object>, Integer> listeners = new HashMap<>();

    private int size;

    Monitors(GroupsBook book, Consumer<ActorRef<Object>> watch, Consumer<ActorRef<Object>> unwatch) {
        this.book = book;
        this.watch = watch;
        this.unwatch = unwatch;
    }

    int size() {
        return size;
    }

    /** A second monitor of the same pair starts afresh, with the members as they are now. */
    void add(GroupsActor.Monitor monitor) {
        ActorRef<Object> listener = monitor.listener();
        Map<ActorRef<Object>, GroupEvents> group =
                byGroup.computeIfAbsent(monitor.group(), absent -> new LinkedHashMap<>());
        if (group.put(listener, monitor.events()) == null) {
            size++;
            if (listeners.merge(listener, 1, Integer::sum) == 1) {
                watch.accept(listener);
            }
        }
        listener.tell(monitor.events().members(book.members(monitor.group())));
    }

    boolean remove(GroupKey group, ActorRef<Object> listener) {
        Map<ActorRef<Object>, GroupEvents> of = byGroup.get(group);
        if (of == null || of.remove(listener) == null) {
            return false;
        }
        size--;
        if (of.isEmpty()) {
            byGroup.remove(group);
        }
        if (listeners.merge(listener, -1, (count, less) -> count + less == 0 ? null : count + less) == null) {
            unwatch.accept(listener);
        }
        return true;
    }

    void stopped(ActorRef<Object> listener) {
        listeners.remove(listener);
        byGroup.values().removeIf(of -> {
            size -= of.remove(listener) == null ? 0 : 1;
            return of.isEmpty();
        });
    }

    void changed(GroupsEffect.Changed change, ActorRef<Object> process) {
        GroupKey key =
                new GroupKey(change.membership().scope(), change.membership().group());
        byGroup.getOrDefault(key, Map.of()).forEach((listener, events) -> {
            for (int times = change.before(); times < change.after(); times++) {
                listener.tell(events.joined(process));
            }
            for (int times = change.before(); times > change.after(); times--) {
                listener.tell(events.left(process));
            }
        });
    }
}
