package io.capstan.testkit;

import io.capstan.testkit.NetworkFaults.Direction;
import io.capstan.testkit.internal.ArteryFaults;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;

/** Everything between the members of a {@link TestCluster}: which directions are cut, on all transports alike. */
final class ClusterNetwork {
    private record OneWay(String from, String to) {
        @Override
        public String toString() {
            return from + ">" + to;
        }
    }

    private final Map<String, TestMember> members;
    private final ArteryFaults artery = new ArteryFaults();
    private final List<NetworkFaults> others = new ArrayList<>();
    private final List<NetworkFaults> transports = new ArrayList<>();
    private final Set<OneWay> cuts = new LinkedHashSet<>();

    ClusterNetwork(Map<String, TestMember> members) {
        this.members = members;
        ServiceLoader.load(NetworkFaults.class).forEach(others::add);
        transports.add(artery);
        transports.addAll(others);
    }

    TestMember member(String name) {
        TestMember member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException(
                    "there is no member \"" + name + "\" in this cluster, only " + members.keySet());
        }
        return member;
    }

    // Both ends of a direction are cut, so that a member restarted meanwhile finds the other end closed.

    void cut(String from, String to) {
        TestMember sender = member(from);
        TestMember receiver = member(to);
        if (cuts.add(new OneWay(from, to))) {
            cutAt(sender, to, Direction.OUTBOUND);
            cutAt(receiver, from, Direction.INBOUND);
        }
    }

    void heal(String from, String to) {
        TestMember sender = member(from);
        TestMember receiver = member(to);
        if (cuts.remove(new OneWay(from, to))) {
            healAt(sender, to, Direction.OUTBOUND);
            healAt(receiver, from, Direction.INBOUND);
        }
    }

    void healAll() {
        List.copyOf(cuts).forEach(cut -> heal(cut.from, cut.to));
    }

    /** Tells a system that was just started of the cuts that stand. */
    void cutAgain(TestMember member) {
        for (OneWay cut : cuts) {
            if (cut.from.equals(member.name())) {
                cutAt(member, cut.to, Direction.OUTBOUND);
            } else if (cut.to.equals(member.name())) {
                cutAt(member, cut.from, Direction.INBOUND);
            }
        }
    }

    /** Silences a member at its own end only: its successor starts with open ears. */
    void silence(TestMember member) {
        for (String other : members.keySet()) {
            if (!other.equals(member.name())) {
                cutAt(member, other, Direction.OUTBOUND);
                cutAt(member, other, Direction.INBOUND);
            }
        }
    }

    /** Ends whatever transports hang on a system, running or not. */
    void crash(ActorSystem<?> system) {
        transports.forEach(transport -> transport.crash(system));
    }

    boolean sees(String name, String other) {
        ActorSystem<?> system = member(name).living();
        ActorSystem<?> seen = member(other).living();
        return system != null
                && seen != null
                && artery.knows(system, seen)
                && transports.stream().allMatch(transport -> transport.sees(system, other));
    }

    boolean hasLost(String name, String other) {
        ActorSystem<?> system = member(name).living();
        return system == null
                || (!artery.observes(system, other)
                        && others.stream()
                                .noneMatch(transport -> transport.runsOn(system) && transport.sees(system, other)));
    }

    /** Who runs, what is cut, and what each running member knows of the others. */
    String describe() {
        StringBuilder text = new StringBuilder("cluster of ")
                .append(String.join(", ", members.keySet()))
                .append("; cuts ")
                .append(cuts);
        for (TestMember member : members.values()) {
            ActorSystem<?> system = member.living();
            text.append("\n  ").append(member.name()).append(", start ").append(member.starts());
            if (system == null) {
                text.append(": not running");
                continue;
            }
            List<String> seen = members.keySet().stream()
                    .filter(other -> sees(member.name(), other))
                    .toList();
            text.append(": sees ").append(seen);
            transports.forEach(transport -> text.append("\n    ").append(transport.describe(system)));
        }
        return text.toString();
    }

    private void cutAt(TestMember member, String other, Direction direction) {
        ActorSystem<?> system = member.living();
        if (system != null) {
            transports.forEach(transport -> transport.cut(system, other, direction));
        }
    }

    private void healAt(TestMember member, String other, Direction direction) {
        ActorSystem<?> system = member.living();
        if (system != null) {
            transports.forEach(transport -> transport.heal(system, other, direction));
        }
    }
}
