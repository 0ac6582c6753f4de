package io.capstan.actors.internal.supervisor;

import io.capstan.actors.supervisor.AutoShutdown;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Intensity;
import io.capstan.actors.supervisor.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a supervisor is to do.
 *
 * @param dynamic whether children go when they end, and ids may repeat
 */
public record SupervisorPlan(
        Strategy strategy,
        Intensity intensity,
        AutoShutdown shutdown,
        boolean dynamic,
        int childrenMax,
        List<ChildSpec<?>> children) {
    public SupervisorPlan {
        children = List.copyOf(children);
        Set<String> ids = new HashSet<>();
        for (ChildSpec<?> child : children) {
            objection(child, shutdown).ifPresent(objection -> {
                throw new IllegalArgumentException(objection);
            });
            if (!ids.add(child.id())) {
                throw new IllegalArgumentException("two children have the id " + child.id());
            }
        }
    }

    /** Why {@code child} does not suit; empty when it does. */
    Optional<String> objection(ChildSpec<?> child) {
        return objection(child, shutdown);
    }

    private static Optional<String> objection(ChildSpec<?> child, AutoShutdown shutdown) {
        if (child.isSignificant() && child.restart() == ChildSpec.Restart.PERMANENT) {
            return Optional.of("the permanent child " + child.id() + " cannot be significant: it never ends");
        }
        if (child.isSignificant() && shutdown == AutoShutdown.NEVER) {
            return Optional.of(
                    "the child " + child.id() + " is significant, and its supervisor never shuts down by itself");
        }
        return Optional.empty();
    }
}
