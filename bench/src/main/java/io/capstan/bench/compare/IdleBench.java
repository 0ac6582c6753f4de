package io.capstan.bench.compare;

import io.capstan.bench.compare.Contestant.Ability;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * What nodes say to each other, and what they take of the processors, while nobody uses them, by how many there are. Counted
 * on this machine's loopback: whoever else uses it meanwhile is in it.
 */
final class IdleBench {
    static final String NAME = "idle";

    private static final List<Integer> NODES = List.of(3, 5, 9);
    private static final String HOW =
            "idle nodes as for calls and asks, with all their services and one actor each; one system after the"
                    + " other, which rests where others warm up; packets and bytes are the whole loopback's";

    private IdleBench() {}

    static void run(Occasion occasion) throws IOException {
        for (int nodes : NODES) {
            for (Contestant contestant : Contestants.all()) {
                if (occasion.has(contestant.name()) && contestant.can(Ability.ASKS)) {
                    occasion.notes().add(contestant.name() + ": " + HOW);
                    measure(occasion, contestant, nodes);
                }
            }
        }
    }

    static void measure(Occasion occasion, Contestant contestant, int nodes) throws IOException {
        Contestant idle = new Contestant(contestant.name(), contestant.launch(), Set.of(), nodes, contestant.how());
        try (Company company = new Company(idle, occasion, nodes, Map.of())) {
            company.meetWithoutClients();
            company.awaitMembers(nodes);
            // Until gossip has come to rest.
            rest(occasion.warmUp());
            for (int round = 0; round < occasion.rounds(); round++) {
                Machine before = company.look();
                long begin = System.nanoTime();
                rest(occasion.seconds());
                Machine spent = company.look().since(before);
                double each = (System.nanoTime() - begin) / 1e9 * nodes;
                found(occasion, idle, "bytes", nodes, spent.loopbackBytes() / each, "B");
                found(occasion, idle, "packets", nodes, spent.loopbackPackets() / each, "1");
                found(occasion, idle, "cpu", nodes, spent.cpuSeconds() / each * 1e3, "ms");
            }
        }
    }

    private static void rest(double seconds) {
        LockSupport.parkNanos((long) (seconds * 1e9));
    }

    private static void found(
            Occasion occasion, Contestant contestant, String what, int nodes, double value, String unit) {
        occasion.found(NAME, what + "_in_a_second_of_each_of_" + nodes + "_nodes", contestant.name(), value, unit);
    }
}
