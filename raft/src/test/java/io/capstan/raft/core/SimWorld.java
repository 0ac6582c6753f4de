package io.capstan.raft.core;

import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimSettings;
import io.capstan.testkit.sim.Simulation;
import io.capstan.testkit.sim.Spread;
import io.capstan.testkit.sim.Trial;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A group of simulated members with its oracle, its clients and, drawn from the seed, its circumstances. */
final class SimWorld {
    /** From a good network to one whose messages arrive after the election that they are about. */
    private static final List<Spread> DELAYS = List.of(
            Spread.ofMicros(50, 2_000), Spread.ofMillis(1, 20), Spread.ofMillis(1, 20), Spread.ofMillis(1, 300));

    final Simulation<Envelope> simulation;
    final Oracle oracle;
    final SimClients clients;
    final CoreSettings settings;
    final Duration tick = Duration.ofMillis(20);
    final boolean batching;
    final long snapshotEvery;
    /** Whether shells let their groups rest: only where they are told of every link that breaks. */
    final boolean rests;

    final List<String> names;
    /** Of a link that nothing has befallen. */
    final Spread delay;

    final Spread swift = Spread.ofMicros(50, 2_000);

    private final List<String> founders;
    private final SplittableRandom random;
    private final Map<String, SimMember> members = new HashMap<>();
    private final Map<String, MemberId> ids = new HashMap<>();

    /** The group starts with {@code founders}, and the other names are members that nobody has told of any group. */
    SimWorld(Trial trial, List<String> founders, List<String> names) {
        this.founders = founders;
        this.names = names;
        random = new SplittableRandom(trial.seed() * 31 + 7);
        SimSettings wire = wire();
        delay = wire.delay();
        simulation = trial.simulation(wire);
        oracle = new Oracle(this);
        clients = new SimClients(this, trial.seed());
        batching = random.nextBoolean();
        rests = wire.network() == SimSettings.Network.STREAMS;
        snapshotEvery = random.nextInt(3) == 0 ? Long.MAX_VALUE : 10 + random.nextInt(60);
        settings = circumstances();
        for (String name : names) {
            ids.put(name, new MemberId(name, 1));
        }
        boolean drifts = random.nextInt(3) == 0;
        for (String name : names) {
            simulation.start(name, this::start);
            if (drifts) {
                // Within what the lease allows for.
                simulation.drift(name, 0.95 + random.nextInt(11) / 100.0);
            }
        }
        if (random.nextInt(4) == 0) {
            startStalls();
        }
    }

    private SimSettings wire() {
        if (random.nextInt(3) == 0) {
            return SimSettings.streams().withSilence(Spread.ofMillis(200, 600));
        }
        double[] losses = {0, 0.01, 0.05, 0.2};
        return SimSettings.datagrams()
                .withDelay(DELAYS.get(random.nextInt(DELAYS.size())))
                .withLoss(losses[random.nextInt(losses.length)])
                .withDuplicate(losses[random.nextInt(losses.length)])
                .withFlush(random.nextBoolean() ? Spread.ofMicros(100, 5_000) : Spread.ofMillis(1, 60));
    }

    /** Windows so narrow that they close, or so wide that they never do. */
    private CoreSettings circumstances() {
        boolean narrow = random.nextBoolean();
        return new CoreSettings(
                rests
                        ? new CoreSettings.Timing(3, 12, 24, 6, 50, 100 * 9 / 10)
                        : new CoreSettings.Timing(3, 12, 24, 12, 50, 220 * 9 / 10),
                narrow ? new CoreSettings.Windows(2, 120, 4, 200) : new CoreSettings.Windows(64, 4096, 512, 65_536),
                new CoreSettings.Limits(64, narrow ? 20 : 2_000, 100_000, narrow ? 150 : 100_000, narrow ? 100 : 4_000),
                new CoreSettings.Snapshots(16, narrow ? 40 : 1_000, random.nextInt(10)));
    }

    private SimMember start(SimNode<Envelope> node) {
        SimMember member = new SimMember(node, this, idOf(node.name()));
        members.put(node.name(), member);
        boolean founds = founders.contains(node.name()) && member.id.incarnation() == 1;
        if (founds && member.core.status().term() == 0) {
            List<MemberId> all =
                    founders.stream().map(name -> new MemberId(name, 1)).toList();
            member.input(new Input.Bootstrap(clients.request(), all));
        }
        return member;
    }

    /** A member whose flush failed dies, and comes back with what its disk has. */
    void stops(String name) {
        count("failed flushes");
        simulation.at(Duration.ZERO, () -> simulation.kill(name));
        simulation.at(Duration.ofMillis(1 + random.nextInt(500)), () -> simulation.restart(name));
    }

    /** Gives a dead member the identity that comes with a new disk. */
    void renew(String name) {
        ids.put(name, new MemberId(name, idOf(name).incarnation() + 1));
    }

    /** Now and then a disk hangs, for less or for more than a leader's patience with its own. */
    private void startStalls() {
        simulation.at(Duration.ofMillis(500 + random.nextInt(3_000)), () -> {
            if (!clients.isAtRest()) {
                simulation
                        .disk(names.get(random.nextInt(names.size())))
                        .stall(Duration.ofMillis(random.nextInt(2_500)));
                count("disk stalls");
                startStalls();
            }
        });
    }

    MemberId idOf(String name) {
        MemberId id = ids.get(name);
        if (id == null) {
            throw new IllegalStateException("no member " + name);
        }
        return id;
    }

    SimMember member(String name) {
        SimMember member = members.get(name);
        if (member == null) {
            throw new IllegalStateException("no member " + name);
        }
        return member;
    }

    /** Whether that entry, or a snapshot with it, is on that member's disk; a lost disk had what it had said. */
    boolean holds(MemberId id, long index, long term) {
        if (!id.equals(idOf(id.name()))) {
            return true;
        }
        MemoryLogStore disk = member(id.name()).durable();
        return disk.snapshot().index() >= index || (disk.lastIndex() >= index && disk.term(index) == term);
    }

    void count(String what) {
        simulation.count(what);
    }

    // ---- Progress

    /** Clients rest, disks are well, and messages take less time than an election's patience. */
    void calm() {
        clients.rest();
        for (String from : names) {
            for (String to : names) {
                if (!from.equals(to)) {
                    simulation.delay(from, to, Spread.ofMillis(1, 20));
                }
            }
        }
    }

    /** Demands that the healed group elects, commits and brings everybody up to date within a stated time. */
    void demandProgress() {
        calm();
        simulation.await("a leader", Duration.ofSeconds(10), () -> leader() != null);
        long before = oracle.committedIndex();
        long[] patience = {0};
        // Whoever begins with nothing, two entries at a time, over a wire that loses every fifth message, takes a
        // while.
        Duration patient = Duration.ofSeconds(20).plusMillis(50 * before);
        simulation.await("one more entry committed, applied everywhere", patient, () -> {
            SimMember leader = leader();
            if (leader != null && oracle.committedIndex() == before && simulation.nanos() >= patience[0]) {
                patience[0] = simulation.nanos() + Duration.ofMillis(200).toNanos();
                leader.input(new Input.Propose(clients.proposal(), List.of(new byte[8])));
            }
            return oracle.committedIndex() > before && isEverybodyUpToDate();
        });
    }

    /** Everybody whom the leader counts as a member, a lost identity aside. */
    private boolean isEverybodyUpToDate() {
        SimMember leader = leader();
        if (leader == null) {
            return false;
        }
        for (Member member : leader.core.status().configuration().members()) {
            String name = member.id().name();
            boolean isLost = !member.id().equals(idOf(name));
            if (!isLost && member(name).appliedIndex() < oracle.committedIndex()) {
                return false;
            }
        }
        return true;
    }

    /** One of those who believe to lead. */
    @Nullable
    SimMember someLeader() {
        SimMember found = null;
        int seen = 0;
        for (String name : names) {
            if (simulation.isUp(name) && member(name).core.status().role() == Role.LEADER) {
                found = random.nextInt(++seen) == 0 ? member(name) : found;
            }
        }
        return found;
    }

    @Nullable
    SimMember leader() {
        for (String name : names) {
            if (simulation.isUp(name) && member(name).core.status().role() == Role.LEADER) {
                return member(name);
            }
        }
        return null;
    }
}
