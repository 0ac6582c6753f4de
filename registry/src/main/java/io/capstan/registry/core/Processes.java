package io.capstan.registry.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which names each process of this node has or wants; it is watched while there is any. */
final class Processes {
    private final NamesView view;
    private final Map<String, TreeMap<String, Integer>> names = new HashMap<>();

    Processes(NamesView view) {
        this.view = view;
    }

    void retain(String process, String name) {
        TreeMap<String, Integer> of = names.get(process);
        if (of == null) {
            of = new TreeMap<>();
            names.put(process, of);
            view.emit(new NamesEffect.Watch(process));
        }
        of.merge(name, 1, Integer::sum);
    }

    void release(String process, String name) {
        TreeMap<String, Integer> of = names.get(process);
        if (of == null) {
            return; // It has stopped.
        }
        of.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
        if (of.isEmpty()) {
            names.remove(process);
            view.emit(new NamesEffect.Unwatch(process));
        }
    }

    /** All that have or want a name. */
    List<String> all() {
        return names.keySet().stream().sorted().toList();
    }

    /** Forgets the process, which has stopped, and returns its names. */
    List<String> stopped(String process) {
        TreeMap<String, Integer> of = names.remove(process);
        return of == null ? List.of() : List.copyOf(of.keySet());
    }
}
