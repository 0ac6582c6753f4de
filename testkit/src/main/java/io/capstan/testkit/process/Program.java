package io.capstan.testkit.process;

import java.util.List;

/** What the members of a {@link ProcessCluster} run. */
@FunctionalInterface
public interface Program {
    /**
     * How a member is started; asked anew at every start.
     *
     * @param first whether this start forms the cluster: it is the first of the member that was named first
     * @param all the places of all members, this one's among them
     */
    List<String> command(Place place, boolean first, List<Place> all);

    /** Hears of every start, also of those that a fault asks for, before anybody can speak to the process. */
    default void started(Place place, ChildProcess child) {}
}
