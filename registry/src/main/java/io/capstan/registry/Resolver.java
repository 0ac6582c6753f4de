package io.capstan.registry;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Says who of several owners keeps a name.
 *
 * <p>Called on the node that settles the conflict, on a thread of its system's default dispatcher: it decides soon, for
 * until then the name has several owners, from its arguments alone, and on every node in the same way. It may be called
 * again for the same owners when that node is lost, and for others while it decides: then this answer counts no more.
 *
 * @param <T> of the messages
 */
@FunctionalInterface
public interface Resolver<T> {
    /**
     * Chooses.
     *
     * @param owners two or more, in an order that is the same on all nodes
     * @return one of them; empty, or anybody else, when none is to keep the name
     */
    Optional<ActorRef<T>> winner(Name<T> name, List<ActorRef<T>> owners);
}
