package io.capstan.actors.internal;

import io.capstan.actors.internal.link.Home.Neighbour;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a node's Pekko system into Pekko's cluster, along the links: whoever is a member is joined; where nobody is one,
 * the lowest of all that are known forms the membership, once all of them are linked. One that has come apart comes together
 * again: see {@link SplitMembership}.
 *
 * <p>Nothing of Capstan waits for any of this: its services stand on links alone. Called on the mesh's thread.
 */
final class Membership {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final Duration JOIN_AGAIN = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final boolean enabled;
    private final Duration settle;
    private final String self;
    private volatile boolean forming;
    private long joinedNanos = Long.MIN_VALUE;
    private long agreedNanos = Long.MIN_VALUE;
    private final SplitMembership split;
    private boolean gaveUp;
    private volatile Consumer<String> apart = by -> {};

    static Membership of(ActorSystem<?> system, NodeSettings settings) {
        return new Membership(
                system,
                settings.name(),
                settings.formsMembership(),
                settings.link().heartbeat().multipliedBy(3),
                settings.membershipApartMax());
    }

    /**
     * Begins alone.
     *
     * @param settle for how long all must be linked and none a member before one forms the membership
     * @param apartMax for how long it must have come apart before the lesser side gives up: beyond what gossip takes on a busy
     *     machine, as whoever is wrong here starts a healthy node anew
     */
    Membership(ActorSystem<?> system, String self, boolean enabled, Duration settle, Duration apartMax) {
        Duration apartMin = settle.multipliedBy(5);
        this.split = new SplitMembership(self, apartMax.compareTo(apartMin) < 0 ? apartMin : apartMax);
        this.cluster = Cluster.get(system);
        this.self = self;
        this.enabled = enabled;
        this.settle = settle;
    }

    /** @param then called once, on the mesh's thread, when this system is on the lesser side of a membership that has come apart */
    void onApart(Consumer<String> then) {
        apart = then;
    }

    String address() {
        return cluster.selfMember().address().toString();
    }

    /**
     * Whether others may join this one: also when it has only just decided to form the membership, lest another decides
     * the same meanwhile.
     */
    boolean member() {
        return !cluster.isTerminated() && (forming || isMember());
    }

    private boolean isMember() {
        MemberStatus status = cluster.selfMember().status();
        return status == MemberStatus.up() || status == MemberStatus.weaklyUp() || status == MemberStatus.joining();
    }

    /** Forms the membership: the bootstrap, before anybody is greeted. */
    void form() {
        if (enabled && !isMember()) {
            log.info("{} forms Pekko's membership", self);
            forming = true;
            cluster.manager().tell(new Join(cluster.selfMember().address()));
        }
    }

    /**
     * Looks who is linked and what is to be done.
     *
     * @param known the names of all nodes this one remembers
     * @param linked who is linked now
     * @param now a monotonic clock's nanoseconds
     */
    void review(Collection<String> known, List<Neighbour> linked, long now) {
        if (!enabled || cluster.isTerminated()) {
            return;
        }
        if (member()) {
            split.review(known, linked, members(), now).ifPresent(this::giveUp);
            return;
        }
        Optional<Neighbour> member = linked.stream().filter(Neighbour::member).findFirst();
        if (member.isPresent()) {
            agreedNanos = Long.MIN_VALUE;
            join(member.get(), now);
        } else if (!lowestOfAll(known, linked)) {
            agreedNanos = Long.MIN_VALUE;
        } else if (agreedNanos == Long.MIN_VALUE) {
            agreedNanos = now;
        } else if (now - agreedNanos >= settle.toNanos()) {
            form();
        }
    }

    private Set<String> members() {
        Set<String> addresses = new HashSet<>();
        for (var member : cluster.state().getMembers()) {
            if (member.status() != MemberStatus.down() && member.status() != MemberStatus.exiting()) {
                addresses.add(member.address().toString());
            }
        }
        return addresses;
    }

    private void giveUp(String other) {
        if (!gaveUp) {
            gaveUp = true;
            log.atError()
                    .addKeyValue("node", self)
                    .addKeyValue("peer", other)
                    .log(
                            "Pekko's membership has come apart, and {} is on its lesser side, without {}: only a fresh"
                                    + " ActorSystem comes back to the other",
                            self,
                            other);
            apart.accept(other);
        }
    }

    /** Never of nobody: one that waits for the first of its cluster would form a membership of its own. */
    private boolean lowestOfAll(Collection<String> known, List<Neighbour> linked) {
        Set<String> missing = new HashSet<>(known);
        linked.forEach(neighbour -> missing.remove(neighbour.id().name()));
        return !linked.isEmpty()
                && missing.isEmpty()
                && linked.stream()
                        .allMatch(neighbour -> self.compareTo(neighbour.id().name()) < 0);
    }

    private void join(Neighbour member, long now) {
        if (joinedNanos == Long.MIN_VALUE || now - joinedNanos >= JOIN_AGAIN.toNanos()) {
            joinedNanos = now;
            log.info("{} joins Pekko's membership through {}", self, member.id());
            cluster.manager().tell(new Join(AddressFromURIString.parse(member.artery())));
        }
    }

    /**
     * The Pekko system at {@code artery} is gone for good: its node has a new one, or never returns. As long as it counts as merely
     * unreachable, nobody can become Up or leave.
     */
    void gone(String artery) {
        Address address = AddressFromURIString.parse(artery);
        boolean stands = false;
        for (var member : cluster.state().getMembers()) {
            stands |= member.address().equals(address);
        }
        if (enabled && stands) {
            log.info("{} declares the former Pekko system {} down", self, artery);
            cluster.manager().tell(new Down(address));
        }
    }
}
