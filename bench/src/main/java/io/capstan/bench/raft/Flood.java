package io.capstan.bench.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** Users' messages of a kilobyte from this node to all others through Pekko, as fast as it takes them. */
final class Flood {
    private static final int BYTES = 1_000;
    // Without any pause Pekko drops most of them before they reach a socket.
    private static final int BURST = 200;
    private static final long PAUSE = 1_000_000;

    private final ActorSystem<?> system;

    Flood(ActorSystem<?> system) {
        this.system = system;
        system.systemActorOf(
                Behaviors.<byte[]>receiveMessage(message -> Behaviors.same()),
                "flood",
                org.apache.pekko.actor.typed.Props.empty());
    }

    /** Floods for so long; returns how many messages were sent. */
    long run(long nanos) {
        Cluster cluster = Cluster.get(system);
        List<ActorRef<byte[]>> others = new ArrayList<>();
        for (Member member : cluster.state().getMembers()) {
            if (!member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
                others.add(ActorRefResolver.get(system).resolveActorRef(member.address() + "/system/flood"));
            }
        }
        byte[] message = new byte[BYTES];
        long sent = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < BURST; i++) {
                others.forEach(other -> other.tell(message));
            }
            sent += (long) BURST * others.size();
            LockSupport.parkNanos(PAUSE);
        }
        return sent;
    }
}
