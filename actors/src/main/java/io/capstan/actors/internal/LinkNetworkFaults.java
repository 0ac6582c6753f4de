package io.capstan.actors.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.testkit.NetworkFaults;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Lets {@code TestCluster} cut links as it cuts Artery. Found by {@link java.util.ServiceLoader}; of use only where the
 * testkit is on the path.
 */
public final class LinkNetworkFaults implements NetworkFaults {
    /** Made by the service loader. */
    public LinkNetworkFaults() {}

    @Override
    public void cut(ActorSystem<?> system, String member, Direction direction) {
        Node.find(system).ifPresent(node -> node.internals().faults().cut(member, ours(direction)));
    }

    @Override
    public void heal(ActorSystem<?> system, String member, Direction direction) {
        Node.find(system).ifPresent(node -> node.internals().faults().heal(member, ours(direction)));
    }

    @Override
    public boolean runsOn(ActorSystem<?> system) {
        return Node.find(system).isPresent();
    }

    @Override
    public boolean sees(ActorSystem<?> system, String member) {
        return Node.find(system)
                .map(node -> node.nodes().stream().anyMatch(id -> id.name().equals(member)))
                .orElse(true);
    }

    @Override
    public String describe(ActorSystem<?> system) {
        return Node.find(system)
                .map(node -> "node " + node.id() + ": linked to " + node.nodes() + ", visible "
                        + node.internals().mesh().visible())
                .orElse("no node");
    }

    @Override
    public void crash(ActorSystem<?> system) {
        Node.find(system).ifPresent(node -> node.internals().crash());
    }

    private static LinkFaults.Direction ours(Direction direction) {
        return direction == Direction.INBOUND ? LinkFaults.Direction.INBOUND : LinkFaults.Direction.OUTBOUND;
    }
}
