package io.capstan.testkit.internal;

import com.typesafe.config.Config;
import io.capstan.testkit.NetworkFaults;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.Reachability;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Cuts Pekko's own transport, by the stages that {@code pekko.remote.artery.advanced.test-mode} puts into its streams.
 *
 * <p>Who sees whom is told per observer: Pekko's merged view calls a member unreachable to all as soon as one lost it.
 */
public final class ArteryFaults implements NetworkFaults {
    /** By classic system: typed systems of one name are equal to each other, as their guardians' paths are. */
    private final Map<org.apache.pekko.actor.ActorSystem, Blackholes> bySystem = new WeakHashMap<>();

    @Override
    public synchronized void cut(ActorSystem<?> system, String member, Direction direction) {
        blackholes(system).add(address(system, member), direction);
    }

    @Override
    public synchronized void heal(ActorSystem<?> system, String member, Direction direction) {
        blackholes(system).remove(address(system, member), direction);
    }

    private Blackholes blackholes(ActorSystem<?> system) {
        return bySystem.computeIfAbsent(system.classicSystem(), classic -> new Blackholes(system));
    }

    /** Whether the member is up and no observer, the system itself included, has lost it. */
    @Override
    public boolean sees(ActorSystem<?> system, String member) {
        Cluster cluster = Cluster.get(system);
        Address address = address(system, member);
        for (Member candidate : cluster.state().getMembers()) {
            if (candidate.address().equals(address)) {
                return isUp(candidate) && reachability(cluster).isReachable(candidate.uniqueAddress());
            }
        }
        return false;
    }

    /**
     * Whether {@code system} itself, as one observer, holds the member for reachable; Pekko watches only some members
     * from each, so with more than nine a true may be hearsay.
     */
    public boolean observes(ActorSystem<?> system, String member) {
        Cluster cluster = Cluster.get(system);
        Address address = address(system, member);
        for (Member candidate : cluster.state().getMembers()) {
            if (candidate.address().equals(address)) {
                UniqueAddress self = cluster.selfUniqueAddress();
                return isUp(candidate) && reachability(cluster).isReachable(self, candidate.uniqueAddress());
            }
        }
        return false;
    }

    /** Whether {@code system} counts exactly this incarnation of a member among its own. */
    public boolean knows(ActorSystem<?> system, ActorSystem<?> other) {
        UniqueAddress wanted = Cluster.get(other).selfUniqueAddress();
        for (Member candidate : Cluster.get(system).state().getMembers()) {
            if (candidate.uniqueAddress().equals(wanted)) {
                return isUp(candidate);
            }
        }
        return false;
    }

    private static boolean isUp(Member member) {
        return member.status().equals(MemberStatus.up()) || member.status().equals(MemberStatus.weaklyUp());
    }

    private static Reachability reachability(Cluster cluster) {
        return cluster.readView().reachability();
    }

    /** Does nothing: the system is terminated by the kit. */
    @Override
    public void crash(ActorSystem<?> system) {}

    @Override
    public String describe(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        return "pekko " + cluster.state().getMembers() + ", " + reachability(cluster);
    }

    private static Address address(ActorSystem<?> system, String member) {
        for (Config candidate : system.settings().config().getConfigList("capstan.testkit.members")) {
            if (candidate.getString("name").equals(member)) {
                return new Address("pekko", system.name(), candidate.getString("host"), candidate.getInt("port"));
            }
        }
        throw new IllegalArgumentException("there is no member \"" + member + "\"");
    }
}
