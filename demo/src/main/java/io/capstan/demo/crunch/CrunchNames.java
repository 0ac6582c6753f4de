package io.capstan.demo.crunch;

import io.capstan.registry.Name;
import io.capstan.registry.group.Group;

/** By what the processes of crunch find each other. */
public final class CrunchNames {
    /** The one coordinator of the cluster. */
    public static final Name<Coordinator.Command> COORDINATOR =
            Name.of("crunch-coordinator", Coordinator.Command.class);

    /** One worker per node. */
    public static final Group<Worker.Command> WORKERS = Group.of("crunch-workers", Worker.Command.class);

    private CrunchNames() {}
}
