package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.supervisor.AutoShutdown;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Children;
import io.capstan.actors.supervisor.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The children in the order of their start, and who is concerned when one ends: {@code supervisor.erl}'s rules. */
final class Roster {
    private final Map<String, Child> children = new LinkedHashMap<>();
    private final Map<ActorRef<?>, Child> byRef = new HashMap<>();
    private final boolean dynamic;
    private long added;

    /** @param dynamic whether ids may repeat, and children go when they end */
    Roster(boolean dynamic) {
        this.dynamic = dynamic;
    }

    /** One more, behind all others. */
    Child add(ChildSpec<?> spec) {
        String key = dynamic ? spec.id() + "~" + added++ : spec.id();
        Child child = new Child(key, spec);
        children.put(key, child);
        return child;
    }

    void remove(Child child) {
        children.remove(child.key());
    }

    @Nullable
    Child get(String key) {
        return children.get(key);
    }

    /** The child of this very life, or null. */
    @Nullable
    Child get(String key, long life) {
        Child child = children.get(key);
        return child != null && child.life() == life ? child : null;
    }

    @Nullable
    Child get(ActorRef<?> ref) {
        return byRef.get(ref);
    }

    void runs(Child child, ActorRef<?> ref) {
        child.is(ref);
        byRef.put(ref, child);
    }

    void down(Child child) {
        ActorRef<?> ref = child.ref();
        if (ref != null) {
            byRef.remove(ref);
        }
        child.down();
    }

    int size() {
        return children.size();
    }

    List<Child> inReverse() {
        List<Child> all = new ArrayList<>(children.values());
        Collections.reverse(all);
        return all;
    }

    /** Whoever is restarted with {@code child}: itself and others, in the order of their start. */
    List<Child> concerned(Strategy strategy, Child child) {
        if (strategy == Strategy.ONE_FOR_ONE) {
            return List.of(child);
        }
        List<Child> all = new ArrayList<>(children.values());
        return strategy == Strategy.ONE_FOR_ALL ? all : all.subList(all.indexOf(child), all.size());
    }

    /** Whether a child that ended by itself is to be started again. */
    static boolean comesAgain(Child child, ExitReason reason) {
        return switch (child.spec().restart()) {
            case PERMANENT -> true;
            case TRANSIENT -> !reason.expected();
            case TEMPORARY -> false;
        };
    }

    /** Whether the supervisor's work is done, now that {@code child} has ended by itself and stays away. */
    boolean done(AutoShutdown shutdown, Child child) {
        if (!child.spec().isSignificant()) {
            return false;
        }
        return switch (shutdown) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT ->
                children.values().stream()
                        .noneMatch(other -> other != child
                                && other.spec().isSignificant()
                                && (other.status() != Child.Status.DOWN || other.undecided()));
        };
    }

    List<Children.Info> which() {
        return children.values().stream()
                .map(child -> new Children.Info(
                        child.spec().id(),
                        Optional.ofNullable(child.ref()),
                        child.spec().restart(),
                        child.spec().isSupervisor()))
                .toList();
    }

    Children.Count count() {
        int active = 0;
        int supervisors = 0;
        for (Child child : children.values()) {
            active += child.status() == Child.Status.DOWN ? 0 : 1;
            supervisors += child.spec().isSupervisor() ? 1 : 0;
        }
        return new Children.Count(children.size(), active, supervisors, children.size() - supervisors);
    }

    /** Temporary children live once, and in a dynamic supervisor all children do, unless they are restarted. */
    boolean livesOnce(Child child) {
        return dynamic || child.spec().restart() == ChildSpec.Restart.TEMPORARY;
    }

    /** It is down for good: whoever lives once goes out of the list. */
    void forget(Child child) {
        if (livesOnce(child)) {
            remove(child);
        }
    }
}
