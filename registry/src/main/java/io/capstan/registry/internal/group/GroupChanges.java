package io.capstan.registry.internal.group;

import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.GroupsEffect;
import io.capstan.registry.internal.Listeners;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What listeners are told of one input together: a node that goes, or a snapshot that comes, is a list for each group
 * and not a message for each member. Order is kept: only neighbours of one kind become one message.
 */
final class GroupChanges {
    private static final class Run {
        final boolean joined;
        final List<ActorRef<Object>> processes = new ArrayList<>();

        Run(boolean joined) {
            this.joined = joined;
        }
    }

    private final Map<GroupKey, List<Run>> byGroup = new LinkedHashMap<>();

    void add(GroupsEffect.Changed change, ActorRef<Object> process) {
        boolean joined = change.after() > change.before();
        int times = Math.abs(change.after() - change.before());
        if (times == 0) {
            return; // Other metadata.
        }
        List<Run> runs = byGroup.computeIfAbsent(change.membership().key(), absent -> new ArrayList<>());
        if (runs.isEmpty() || runs.get(runs.size() - 1).joined != joined) {
            runs.add(new Run(joined));
        }
        for (int i = 0; i < times; i++) {
            runs.get(runs.size() - 1).processes.add(process);
        }
    }

    /** Tells the listeners of each group, and those of its scope. */
    void tell(Listeners<GroupKey, GroupEvents> listeners) {
        byGroup.forEach((group, runs) -> {
            for (Run run : runs) {
                List<ActorRef<Object>> processes = List.copyOf(run.processes);
                for (GroupKey listened : List.of(group, scope(group.scope()))) {
                    listeners.forEach(
                            listened,
                            (listener, events) -> listener.tell(
                                    run.joined ? events.joined(group, processes) : events.left(group, processes)));
                }
            }
        });
        byGroup.clear();
    }

    /** Stands for a whole scope: no group has an empty name. */
    static GroupKey scope(String scope) {
        return new GroupKey(scope, "");
    }
}
