package io.capstan.registry.internal;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who listens to what. A listener gets how it is now and then exactly the changes after that, as both are told by the
 * one actor that makes them.
 *
 * @param <K> what is listened to
 * @param <E> makes the messages that one listener gets
 */
public final class Listeners<K, E> {
    private final Consumer<ActorRef<Object>> watch;
    private final Consumer<ActorRef<Object>> unwatch;
    private final Map<K, Map<ActorRef<Object>, E>> byKey = new HashMap<>();

    /** How many keys each listener listens to. */
    private final Map<ActorRef<Object>, Integer> listeners = new HashMap<>();

    private int size;

    /** Nobody yet; who begins to listen, and who ends to, is watched and unwatched. */
    public Listeners(Consumer<ActorRef<Object>> watch, Consumer<ActorRef<Object>> unwatch) {
        this.watch = watch;
        this.unwatch = unwatch;
    }

    /** Whether one more would be more than {@code max}; a pair that listens already is no more. */
    public boolean full(int max, K key, ActorRef<Object> listener) {
        return size >= max && !byKey.getOrDefault(key, Map.of()).containsKey(listener);
    }

    /** A second call for the same pair replaces the first. */
    public void add(K key, ActorRef<Object> listener, E events) {
        if (byKey.computeIfAbsent(key, absent -> new LinkedHashMap<>()).put(listener, events) == null) {
            size++;
            if (listeners.merge(listener, 1, Integer::sum) == 1) {
                watch.accept(listener);
            }
        }
    }

    /** False when it did not listen to {@code key}. */
    public boolean remove(K key, ActorRef<Object> listener) {
        Map<ActorRef<Object>, E> of = byKey.get(key);
        if (of == null || of.remove(listener) == null) {
            return false;
        }
        size--;
        if (of.isEmpty()) {
            byKey.remove(key);
        }
        if (listeners.merge(listener, -1, (count, less) -> count + less == 0 ? null : count + less) == null) {
            unwatch.accept(listener);
        }
        return true;
    }

    /** It listens to nothing any more. */
    public void stopped(ActorRef<Object> listener) {
        listeners.remove(listener);
        byKey.values().removeIf(of -> {
            size -= of.remove(listener) == null ? 0 : 1;
            return of.isEmpty();
        });
    }

    /** How many listen to {@code key}. */
    public int count(K key) {
        return byKey.getOrDefault(key, Map.of()).size();
    }

    /** All who listen to {@code key}. */
    public void forEach(K key, BiConsumer<ActorRef<Object>, E> action) {
        byKey.getOrDefault(key, Map.of()).forEach(action);
    }
}
