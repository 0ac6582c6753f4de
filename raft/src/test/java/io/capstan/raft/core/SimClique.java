package io.capstan.raft.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A majority whose members hear each other, amid others that hear some and are heard by some, for as long as one likes:
 * it must be served all the same. (openraft#2080, and Cloudflare's outage of 2020: an old leader that one voter still
 * heard kept that voter from electing another.)
 */
final class SimClique {
    private static final Duration HANGS = Duration.ofSeconds(25);

    private final SimWorld world;
    private final SplittableRandom random;
    private final List<String> clique = new ArrayList<>();

    SimClique(SimWorld world, long seed) {
        this.world = world;
        random = new SplittableRandom(seed ^ 0x636c69717565L);
    }

    /** Cuts links as chance has it, but none within the majority; mostly whoever leads is outside. */
    void cut() {
        SimMember leader = world.someLeader();
        List<String> order = new ArrayList<>(world.names);
        if (leader != null && random.nextInt(4) > 0) {
            order.remove(leader.id.name());
        }
        while (clique.size() < Quorum.size(world.names.size()) && !order.isEmpty()) {
            clique.add(order.remove(random.nextInt(order.size())));
        }
        for (String from : world.names) {
            for (String to : world.names) {
                boolean within = clique.contains(from) && clique.contains(to);
                if (!from.equals(to) && !within && random.nextBoolean()) {
                    world.simulation.cutOneWay(from, to);
                    if (random.nextBoolean()) {
                        world.simulation.cutOneWay(to, from);
                    }
                }
            }
        }
        world.count("partial partitions");
    }

    /**
     * The leader's disk hangs, and it could still commit what the others have on theirs (hashicorp#503): but it answers
     * nobody, as it applies only what is durable here.
     */
    void hang() {
        SimMember leader = world.someLeader();
        if (leader != null) {
            world.count("leaders whose disk hangs");
            world.simulation.disk(leader.id.name()).stall(HANGS);
        }
    }

    /** Until the disk is well again. */
    void outlast() {
        world.simulation.runFor(HANGS);
    }

    /** Twice, or what an old leader had under way would be enough. */
    void demandProgress() {
        world.calm();
        for (int i = 0; i < 2; i++) {
            world.simulation.runFor(Duration.ofSeconds(2));
            long before = world.oracle.acknowledged();
            long[] next = {0};
            world.simulation.await("a majority that hears each other is served", Duration.ofSeconds(20), () -> {
                if (world.simulation.nanos() >= next[0]) {
                    next[0] = world.simulation.nanos() + Duration.ofMillis(200).toNanos();
                    world.names.forEach(this::propose);
                }
                return world.oracle.acknowledged() > before;
            });
        }
    }

    private void propose(String name) {
        SimMember member = world.member(name);
        if (world.simulation.isUp(name) && member.core.status().role() == Role.LEADER) {
            member.input(new Input.Propose(world.clients.proposal(), List.of(new byte[8])));
        }
    }
}
