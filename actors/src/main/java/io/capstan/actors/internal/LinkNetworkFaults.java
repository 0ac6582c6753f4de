package io.capstan.actors.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.testkit.NetworkFaults;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Lets {@code TestCluster} cut links as it cuts Artery. Found by {@link java.util.ServiceLoader}; of use only where the
 * testkit is on the path.
 */
public final class LinkNetworkFaults implements NetworkFaults {
    private static final Map<ActorSystem<?>, Node> NODES = new ConcurrentHashMap<>();

    /** Made by the service loader. */
    public LinkNetworkFaults() {}

    /** A system made for a test has a node from now on; a system of another kind never gets one by being looked at. */
    public static void register(Node node) {
        NODES.put(node.system(), node);
        node.system().getWhenTerminated().thenRun(() -> NODES.remove(node.system()));
    }

    @Override
    public void cut(ActorSystem<?> system, String member, Direction direction) {
        Node node = NODES.get(system);
        if (node != null) {
            node.internals().faults().cut(member, ours(direction));
        }
    }

    @Override
    public void heal(ActorSystem<?> system, String member, Direction direction) {
        Node node = NODES.get(system);
        if (node != null) {
            node.internals().faults().heal(member, ours(direction));
        }
    }

    @Override
    public boolean sees(ActorSystem<?> system, String member) {
        Node node = NODES.get(system);
        return node == null || node.nodes().stream().anyMatch(id -> id.name().equals(member));
    }

    @Override
    public boolean runsOn(ActorSystem<?> system) {
        return NODES.containsKey(system);
    }

    @Override
    public String describe(ActorSystem<?> system) {
        Node node = NODES.get(system);
        return node == null
                ? "no node"
                : "node " + node.id() + ": linked to " + node.nodes() + ", visible "
                        + node.internals().mesh().visible();
    }

    @Override
    public void crash(ActorSystem<?> system) {
        Node node = NODES.get(system);
        if (node != null) {
            node.internals().crash();
        }
    }

    private static LinkFaults.Direction ours(Direction direction) {
        return direction == Direction.INBOUND ? LinkFaults.Direction.INBOUND : LinkFaults.Direction.OUTBOUND;
    }
}
