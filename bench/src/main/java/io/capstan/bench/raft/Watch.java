package io.capstan.bench.raft;

import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** How often this node has seen another go: by its links, and by Pekko's membership. */
final class Watch {
    private final LongAdder downs = new LongAdder();
    private final LongAdder unreachable = new LongAdder();

    Watch(Node node) {
        node.subscribe(event -> {
            if (event instanceof NodeEvent.NodeDown) {
                downs.increment();
            }
        });
        ActorRef<ClusterEvent.UnreachableMember> counter = node.system()
                .systemActorOf(
                        Behaviors.<ClusterEvent.UnreachableMember>receiveMessage(event -> {
                            unreachable.increment();
                            return Behaviors.same();
                        }),
                        "watch",
                        Props.empty());
        Cluster.get(node.system())
                .subscriptions()
                .tell(Subscribe.create(counter, ClusterEvent.UnreachableMember.class));
    }

    String answer() {
        return downs.sum() + " " + unreachable.sum();
    }
}
