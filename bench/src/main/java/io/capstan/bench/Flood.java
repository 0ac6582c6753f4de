package io.capstan.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** Users' messages of a kilobyte from this node to all others through Pekko. */
public final class Flood {
    /** As fast as Pekko takes them; without any pause it drops most of them before they reach a socket. */
    public static final int ALL_IT_TAKES = 200;

    private static final int BYTES = 1_000;
    private static final long PAUSE = 1_000_000;
    private static final long PATIENCE = 60_000_000_000L;

    private final ActorSystem<?> system;

    /** Takes what the others send, too; one per system. */
    public Flood(ActorSystem<?> system) {
        this.system = system;
        system.systemActorOf(Behaviors.<byte[]>receiveMessage(message -> Behaviors.same()), "flood", Props.empty());
    }

    /** Sends to each of the others so many a millisecond, for so long; returns how many messages were sent. */
    public long run(long nanos, int burst) {
        List<ActorRef<byte[]>> others = others();
        byte[] message = new byte[BYTES];
        long sent = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < burst; i++) {
                others.forEach(other -> other.tell(message));
            }
            sent += (long) burst * others.size();
            LockSupport.parkNanos(PAUSE);
        }
        return sent;
    }

    /** Until so many others are members of Pekko's cluster: it comes after the links, and whatever stands on them. */
    public void awaitOthers(int count) {
        long late = System.nanoTime() + PATIENCE;
        while (others().size() < count) {
            if (System.nanoTime() - late > 0) {
                throw new IllegalStateException("only " + others().size() + " others are members of Pekko's cluster");
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private List<ActorRef<byte[]>> others() {
        Cluster cluster = Cluster.get(system);
        List<ActorRef<byte[]>> others = new ArrayList<>();
        for (Member member : cluster.state().getMembers()) {
            if (!member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
                others.add(ActorRefResolver.get(system).resolveActorRef(member.address() + "/system/flood"));
            }
        }
        return others;
    }
}
