package io.capstan.raft.core;

import io.capstan.testkit.sim.Spread;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What befalls leaders, and brings an old one and its successor to life at one time: news that comes late to it alone, a
 * voter between two sides, a handover, a pause with questions waiting, a voter that forgets whom it heard, a disk
 * that hangs, writes for nobody, a snapshot from many hands.
 */
final class SimTrouble {
    private final SimWorld world;
    private final SplittableRandom random;
    private boolean rests;

    SimTrouble(SimWorld world, long seed) {
        this.world = world;
        random = new SplittableRandom(seed ^ 0x74726f75626c65L);
    }

    void start() {
        again(0);
    }

    /** Most troubles run their course; now and then the next one comes in the middle. */
    private void again(int busy) {
        after((random.nextInt(4) > 0 ? busy : 0) + 20 + random.nextInt(400), () -> {
            SimMember leader = world.someLeader();
            again(leader == null ? 0 : befall(leader));
        });
    }

    /** Nothing new from now on, and all links as they were. */
    void rest() {
        rests = true;
        world.simulation.healAll();
    }

    /** Returns how long it takes, in milliseconds. */
    private int befall(SimMember leader) {
        String name = leader.id.name();
        String other = someoneBut(name);
        return switch (random.nextInt(13)) {
            case 0 -> bridge(name, other);
            case 1 -> deafen(name, Spread.ofMillis(100, 180), 500 + random.nextInt(2_500));
            case 2 -> handOver(leader, other);
            case 3 -> pauseWithQuestions(leader);
            case 4 -> cutOff(leader, other, false);
            case 5, 6 -> cutOff(leader, other, true);
            case 7 -> forgetsItsQuestions(name, other);
            case 8 -> hang(name);
            case 9, 10 -> outrun(leader);
            case 11 -> handOn(leader, other);
            default -> {
                world.simulation.disk(other).failNextFlush();
                yield 0;
            }
        };
    }

    /** The two do not hear each other, and all others hear both. */
    private int bridge(String one, String other) {
        world.count("bridges");
        cut(one, other, true);
        int millis = 300 + random.nextInt(1_500);
        after(millis, () -> cut(one, other, false));
        return millis;
    }

    /** What others say reaches it late. */
    private int deafen(String name, Spread delay, int millis) {
        inbound(name, delay);
        after(millis, () -> inbound(name, world.delay));
        return millis;
    }

    /** A member that misses nothing but its leader, and now and then a voter between them that forgets whom it heard. */
    private int cutOff(SimMember leader, String other, boolean forgetting) {
        String name = leader.id.name();
        world.clients.onlyReads(Duration.ofMillis(1_500));
        bridge(name, other);
        deafen(name, Spread.ofMillis(60, 150), 1_500);
        for (int i = 0; i < 60; i++) {
            after(240 + random.nextInt(1_200), () -> question(leader, true));
        }
        if (forgetting) {
            for (String voter : world.names) {
                if (!voter.equals(name) && !voter.equals(other)) {
                    after(200, () -> startAgain(voter, 12));
                }
            }
        }
        return 1_500;
    }

    /**
     * The word to campaign comes when it has been given up, the others have it at once, and their news comes to the old
     * leader late: while it thinks that its lease goes on, its successor answers too.
     */
    private int handOver(SimMember leader, String other) {
        String name = leader.id.name();
        world.clients.onlyReads(Duration.ofSeconds(1));
        for (String from : world.names) {
            for (String to : world.names) {
                if (!from.equals(to)) {
                    world.simulation.delay(from, to, to.equals(name) ? Spread.ofMillis(60, 110) : world.swift);
                }
            }
        }
        after(150, () -> {
            world.simulation.delay(name, other, random.nextInt(4) == 0 ? world.delay : Spread.ofMillis(245, 330));
            leader.ask(new Input.TransferLeadership(world.clients.request(), world.idOf(other)));
        });
        after(180, () -> world.simulation.delay(name, other, world.swift));
        for (int i = 0; i < 60; i++) {
            after(350 + random.nextInt(350), () -> question(leader, true));
            after(350 + random.nextInt(350), () -> question(world.member(other), false));
        }
        after(1_000, this::usualDelays);
        return 1_000;
    }

    /** It goes on writing for nobody, and is back with the longer log just when its successor is gone. */
    private int outrun(SimMember leader) {
        String name = leader.id.name();
        world.clients.onlyReads(Duration.ofMillis(1_500));
        isolate(name, true);
        for (int i = 0; i < 15; i++) {
            after(random.nextInt(200), () -> {
                if (isAlive(leader)) {
                    world.clients.write(leader);
                }
            });
        }
        int millis = 450 + random.nextInt(500);
        after(millis, () -> {
            SimMember successor = world.someLeader();
            isolate(name, false);
            if (successor != null && successor != leader) {
                isolate(successor.id.name(), true);
                after(1_000, () -> isolate(successor.id.name(), false));
            }
        });
        return millis + 1_000;
    }

    /** Whoever was away gets a snapshot, and pieces of it from one leader after the other. */
    private int handOn(SimMember leader, String away) {
        isolate(away, true);
        for (int i = 0; i < 60; i++) {
            after(random.nextInt(500), () -> {
                if (isAlive(leader)) {
                    world.clients.write(leader);
                }
            });
        }
        after(600, () -> isolate(away, false));
        for (int i = 0; i < 12; i++) {
            after(620 + 50 * i, () -> {
                SimMember now = world.someLeader();
                if (now != null) {
                    String next = someoneBut(away);
                    now.ask(new Input.TransferLeadership(world.clients.request(), world.idOf(next)));
                }
            });
        }
        return 1_200;
    }

    /**
     * Answers to its last round come after questions that came after its successor was elected, and so do the words of
     * that successor.
     */
    private int pauseWithQuestions(SimMember leader) {
        String name = leader.id.name();
        inbound(name, Spread.ofMillis(300, 900));
        after(random.nextInt(100), () -> {
            world.simulation.pause(name, Duration.ofMillis(500 + random.nextInt(700)));
            for (int i = 0; i < 5; i++) {
                after(300 + random.nextInt(600), () -> question(leader, random.nextBoolean()));
            }
        });
        after(1_300, () -> inbound(name, world.delay));
        return 1_300;
    }

    /** What it wrote as the leader is still on its way to the disk when a successor's entries take its place. */
    private int hang(String name) {
        int millis = 500 + random.nextInt(700);
        world.simulation.disk(name).stall(Duration.ofMillis(millis));
        after(20 + random.nextInt(80), () -> isolate(name, true));
        after(300 + random.nextInt(300), () -> isolate(name, false));
        return millis;
    }

    private void isolate(String name, boolean isCut) {
        for (String other : world.names) {
            if (!other.equals(name)) {
                cut(name, other, isCut);
            }
        }
    }

    /** A follower that asks, dies, and asks again, while answers to what it had asked before are still on their way. */
    private int forgetsItsQuestions(String leader, String follower) {
        world.simulation.delay(leader, follower, Spread.ofMillis(30, 150));
        startAgain(follower, 8);
        for (int i = 0; i < 60; i++) {
            after(random.nextInt(1_000), () -> question(world.member(follower), false));
        }
        after(1_000, () -> world.simulation.delay(leader, follower, world.delay));
        return 1_000;
    }

    /** Dies, and lives again so soon that nobody has noticed: now and then a few times in a row. */
    private void startAgain(String name, int times) {
        after(20 + random.nextInt(60), () -> {
            if (world.simulation.isUp(name)) {
                world.simulation.kill(name);
                world.simulation.at(Duration.ofMillis(1 + random.nextInt(10)), () -> world.simulation.restart(name));
                if (times > 0) {
                    startAgain(name, times - 1);
                }
            }
        });
    }

    private void question(SimMember member, boolean lease) {
        if (isAlive(member)) {
            world.clients.read(member, lease);
        }
    }

    private boolean isAlive(SimMember member) {
        return world.simulation.isUp(member.id.name()) && world.member(member.id.name()) == member;
    }

    private void usualDelays() {
        world.names.forEach(name -> inbound(name, world.delay));
    }

    private void cut(String one, String other, boolean isCut) {
        for (List<String> link : List.of(List.of(one, other), List.of(other, one))) {
            if (isCut) {
                world.simulation.cutOneWay(link.get(0), link.get(1));
            } else {
                world.simulation.healOneWay(link.get(0), link.get(1));
            }
        }
    }

    private void inbound(String name, Spread delay) {
        for (String other : world.names) {
            if (!other.equals(name)) {
                world.simulation.delay(other, name, delay);
            }
        }
    }

    private String someoneBut(String name) {
        String other = name;
        while (other.equals(name)) {
            other = world.names.get(random.nextInt(world.names.size()));
        }
        return other;
    }

    private void after(int millis, Runnable action) {
        world.simulation.at(Duration.ofMillis(millis), () -> {
            if (!rests) {
                action.run();
            }
        });
    }
}
