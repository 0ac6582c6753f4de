package io.capstan.actors.internal;

import io.capstan.actors.internal.link.Home.Neighbour;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Notices that Pekko's membership has come apart: nodes of one cluster that are linked, and members, but not of one
 * membership. So it is when in a partition the split brain resolver of each side has declared the other side down, as it may
 * when it decides by what it saw before. Neither Pekko system speaks to the other again, so nobody is told of a quarantine,
 * and both would go on for ever, each with singletons and shards of its own.
 *
 * <p>The side with fewer nodes is to give up; of two that are alike, the one without the lowest name. It is looked at only
 * while all nodes are linked, and both sides see the same. Of three sides none may be larger than the other two: then all give
 * up, and come back to one.
 */
final class SplitMembership {
    private static final long NEVER = Long.MIN_VALUE;

    private final String self;
    private final Duration settle;
    private long sinceNanos = NEVER;

    /** @param settle for how long it must be so: what Pekko's members know of each other lags behind the links */
    SplitMembership(String self, Duration settle) {
        this.self = self;
        this.settle = settle;
    }

    /**
     * Looks once more.
     *
     * @param known the names of all nodes this one remembers
     * @param linked who is linked now
     * @param members the addresses of all Pekko systems in this node's membership
     * @param now a monotonic clock's nanoseconds
     * @return the address of a system on the other side, when this node is to give up
     */
    Optional<String> review(Collection<String> known, List<Neighbour> linked, Set<String> members, long now) {
        List<Neighbour> apart = linked.stream()
                .filter(neighbour -> neighbour.member() && !members.contains(neighbour.artery()))
                .toList();
        List<String> ours = Stream.concat(
                        Stream.of(self),
                        linked.stream()
                                .filter(neighbour -> neighbour.member() && members.contains(neighbour.artery()))
                                .map(SplitMembership::name))
                .toList();
        Set<String> missing = new HashSet<>(known);
        linked.forEach(neighbour -> missing.remove(name(neighbour)));
        if (apart.isEmpty() || !missing.isEmpty() || !isLess(ours, apart)) {
            sinceNanos = NEVER;
            return Optional.empty();
        }
        if (sinceNanos == NEVER) {
            sinceNanos = now;
        }
        return now - sinceNanos < settle.toNanos()
                ? Optional.empty()
                : Optional.of(apart.get(0).artery());
    }

    private static boolean isLess(List<String> ours, List<Neighbour> apart) {
        if (ours.size() != apart.size()) {
            return ours.size() < apart.size();
        }
        String lowest = ours.stream().min(Comparator.naturalOrder()).orElseThrow();
        return apart.stream().anyMatch(neighbour -> name(neighbour).compareTo(lowest) < 0);
    }

    private static String name(Neighbour neighbour) {
        return neighbour.id().name();
    }
}
