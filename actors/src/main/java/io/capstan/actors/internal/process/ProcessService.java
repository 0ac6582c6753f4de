package io.capstan.actors.internal.process;

import com.typesafe.config.Config;
import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.actors.internal.link.Mesh;
import org.apache.pekko.actor.typed.ActorRef;

/** Starts the agent with its node: the others count on it for every monitor and every call. Found by its name. */
public final class ProcessService implements StartsWithNode {
    private static final String PATH = "capstan.actors.process";

    @Override
    public void start(Node node) {
        node.internals().service(Running.class, Running::new);
    }

    /** The agent of one node, from its start to its stop. */
    private static final class Running implements AutoCloseable {
        private final Mesh mesh;
        private final Runnable unsubscribe;

        private Running(Node node) {
            Config config = node.system().settings().config();
            int limit = config.getInt(PATH + ".watches-per-node-max");
            if (limit < 1) {
                throw new IllegalArgumentException(PATH + ".watches-per-node-max must be at least 1, is " + limit);
            }
            ProcessTable table = ProcessTable.get(node.system());
            ActorRef<Order> agent = node.internals().spawnVital(Agent.create(node, table, limit), "capstan-processes");
            table.meet(agent, artery -> node.internals().linkedAt(artery).isPresent(), limit);
            mesh = node.internals().mesh();
            mesh.serve(Agent.CHANNEL, (from, payload, consumed) -> agent.tell(new Order.Came(from, payload, consumed)));
            unsubscribe = mesh.subscribe(event -> agent.tell(new Order.Happened(event)));
        }

        @Override
        public void close() {
            unsubscribe.run();
            mesh.withdraw(Agent.CHANNEL);
        }
    }
}
