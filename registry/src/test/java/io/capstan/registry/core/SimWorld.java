package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All simulated nodes with names, what their users do, and what must hold whatever happens. */
final class SimWorld {
    /** A register that was told yes. */
    record Confirmed(SimNames node, String name, String process, ClaimId claim) {}

    private static final NameRow.Loss[] LOSSES = NameRow.Loss.values();

    // More take over and more end than usual: a name that one has had for long is contested by nobody.
    private static final int[] THRONG = {0, 0, 0, 13, 13, 13, 17, 17, 19};

    final Simulation<SimMesh.Packet> simulation;
    final Map<String, SimNames> nodes = new TreeMap<>();
    final Map<ClaimId, Confirmed> confirmed = new LinkedHashMap<>();
    private final Map<Long, NameRequest> asked = new LinkedHashMap<>();

    /** Processes that may have lost their name for a reason of the users, or in a conflict. */
    private final Set<String> excused = new HashSet<>();

    /** By process: how many updates of its metadata were told done. */
    private final Map<String, Integer> updates = new HashMap<>();

    private final SplittableRandom random;
    private final List<String> names;
    private final boolean gentle;
    private long patience;
    private double loss;
    private long requests;
    private boolean working;

    /**
     * Starts the nodes.
     *
     * @param gentle only plain registers, losers are told and live: then no name may lose all its owners
     */
    SimWorld(Simulation<SimMesh.Packet> simulation, List<String> members, int nameCount, boolean gentle) {
        this.simulation = simulation;
        this.gentle = gentle;
        random = simulation.random();
        names = new ArrayList<>();
        for (int i = 0; i < nameCount; i++) {
            names.add("name-" + i);
        }
        members.forEach(member -> simulation.start(member, node -> new SimNames(node, this)));
    }

    /** From now on all requests have this many milliseconds, and nobody unregisters. */
    void patience(long millis) {
        patience = millis;
    }

    /** From now on this share of what nodes say about claims is lost, as when a window is full. */
    void loss(double share) {
        loss = share;
    }

    boolean loses() {
        return loss > 0 && random.nextDouble() < loss;
    }

    private long deadline(SimNames node, long usual) {
        return node.now() + (patience > 0 ? patience : usual);
    }

    /** Users register, reRegister, unregister and stop processes, until {@link #rest}. */
    void work() {
        working = true;
        scheduleWork();
    }

    void started(SimNames node) {
        nodes.put(node.self.name(), node);
    }

    /** Users do nothing more from now on. */
    void rest() {
        working = false;
    }

    private void scheduleWork() {
        simulation.at(Duration.ofMillis(random.nextInt(1, 60)), () -> {
            if (working) {
                oneThing();
                scheduleWork();
            }
        });
    }

    /** One of the things that users do. */
    void oneThing() {
        List<SimNames> up = up();
        if (up.isEmpty()) {
            return;
        }
        SimNames node = up.get(random.nextInt(up.size()));
        String name = names.get(random.nextInt(names.size()));
        int what = patience == 0 ? random.nextInt(20) : THRONG[random.nextInt(THRONG.length)];
        if (what < 13) {
            register(node, name, false);
        } else if (what < 15 && !gentle) {
            register(node, name, true);
        } else if (what == 19) {
            update(node, name);
        } else if (what < 16 && !gentle && patience == 0) {
            excuse(name);
            ask(node, null, new NameRequest.Unregister(caller(node), name, node.now() + 1_000));
        } else if (!node.alive.isEmpty() && (!gentle || what < 17)) {
            node.kill(List.copyOf(node.alive).get(random.nextInt(node.alive.size())));
        }
    }

    /** A register of a process of the node's own, with time enough. */
    void registerOwn(SimNames node, String name) {
        registerOwn(node, name, false);
    }

    /** The same, also from whoever has the name. */
    void registerOwn(SimNames node, String name, boolean takeOver) {
        ask(
                node,
                node.self,
                new NameRequest.Register(
                        caller(node),
                        name,
                        deadline(node, 5_000),
                        takeOver,
                        NameRow.Loss.NOTIFY_ONE,
                        node.spawn(),
                        Metadata.NONE));
    }

    void register(SimNames node, String name, boolean takeOver) {
        // Where nobody is to remain a register in the middle of a conflict is withdrawn, before its time.
        NameRow.Loss loss = gentle || patience > 0 ? NameRow.Loss.NOTIFY_ONE : LOSSES[random.nextInt(LOSSES.length)];
        if (takeOver) {
            excuse(name);
        }
        SimNames home = random.nextInt(5) == 0 ? up().get(random.nextInt(up().size())) : node;
        ask(
                node,
                home.self,
                new NameRequest.Register(
                        caller(node),
                        name,
                        deadline(node, random.nextInt(100, 2_000)),
                        takeOver,
                        loss,
                        home.spawn(),
                        Metadata.NONE));
    }

    private Caller caller(SimNames node) {
        return new Caller(node.self, ++requests);
    }

    private void update(SimNames node, String name) {
        Claim holder = node.shown.get(name);
        if (holder != null) {
            Metadata seen = holder.row().metadata();
            Metadata more = Metadata.of("+".repeat(count(seen) + 1));
            simulation.count("updates");
            ask(node, null, new NameRequest.Update(caller(node), name, deadline(node, 1_000), seen, more));
            updated.put(requests, holder.row().process());
        }
    }

    /** From now on this node updates the name's metadata again whenever it is answered, until {@link #rest}. */
    void updateWithoutEnd(SimNames node, String name) {
        unending.add(node.self + name);
        working = true;
        update(node, name);
    }

    private final Set<String> unending = new HashSet<>();

    private static int count(Metadata metadata) {
        return metadata.size();
    }

    private final Map<Long, String> updated = new HashMap<>();

    private void ask(SimNames node, @Nullable NodeId home, NameRequest request) {
        asked.put(request.caller().number(), request);
        node.request(request, home);
    }

    private void excuse(String name) {
        confirmed.values().stream().filter(c -> c.name().equals(name)).forEach(c -> excused.add(c.process()));
        excusedNames.add(name);
    }

    private final Set<String> excusedNames = new HashSet<>();

    void sent(ClaimMessage message) {
        simulation.count("sent " + message.getClass().getSimpleName());
        if (message instanceof ClaimMessage.Won won) {
            winners.put(won.name(), won.winner().node().name());
            boolean crossed = winners.entrySet().stream()
                    .anyMatch(other -> !other.getKey().equals(won.name())
                            && !other.getValue().equals(won.winner().node().name()));
            if (crossed) {
                simulation.count("crossed conflicts");
            }
        }
    }

    /** By name in conflict: on whose node it was won last. */
    private final Map<String, String> winners = new TreeMap<>();

    /** Somebody shows this; what is wrong with it by now has to come right. */
    void shown(Claim holder, String name) {
        SimNames home = nodes.get(holder.node().name());
        if (home == null || !home.self.equals(holder.node())) {
            simulation.count("shown of a dead incarnation");
        } else if (!home.alive.contains(holder.row().process())) {
            simulation.count("zombies shown");
        } else if (home.replica.names().owned(name) == null) {
            simulation.count("stale rows shown");
        }
    }

    /** A process has ended. */
    void exited() {
        boolean healing = names.stream()
                .anyMatch(name ->
                        up().stream().anyMatch(node -> node.replica.names().contested(name)));
        if (healing) {
            simulation.count("exits while healing");
        }
    }

    void answered(SimNames node, NamesEffect.Answer answer) {
        NameRequest request = asked.remove(answer.number());
        if (request == null) {
            throw new AssertionError("a second answer to request " + answer.number() + ": " + answer.outcome());
        }
        simulation.count("answer " + answer.outcome().getClass().getSimpleName());
        if (answer.outcome() instanceof NameOutcome.Registered registered
                && request instanceof NameRequest.Register register) {
            registered(node, register, registered.claim());
        }
        String process = updated.remove(answer.number());
        if (process != null && answer.outcome() instanceof NameOutcome.Registered) {
            updates.merge(process, 1, Integer::sum);
        }
        if (working && request instanceof NameRequest.Update && unending.contains(node.self + request.name())) {
            simulation.at(Duration.ZERO, () -> update(node, request.name()));
        }
        if (answer.outcome() instanceof NameOutcome.Registered && node.now() > request.deadline()) {
            throw new AssertionError("told yes after its deadline: " + request);
        }
    }

    private void registered(SimNames asker, NameRequest.Register register, ClaimId claim) {
        SimNames home = nodes.values().stream()
                .filter(node -> register.process().startsWith(node.self + "/"))
                .findFirst()
                .orElse(null);
        if (home == null) {
            return; // It has died since.
        }
        if (home == asker) {
            everybodyShows(home, register.name(), claim);
            boolean twice = up().stream().anyMatch(other -> {
                Claim shown = other.shown.get(register.name());
                return shown != null && !shown.is(claim) && !home.mesh.visible().contains(other.self);
            });
            if (twice) {
                simulation.count("double claims with diverging views");
            }
        } else {
            simulation.count("registered for another node");
        }
        confirmed.put(claim, new Confirmed(home, register.name(), register.process(), claim));
    }

    private void everybodyShows(SimNames owner, String name, ClaimId claim) {
        for (SimNames other : up()) {
            boolean mutual = owner.mesh.visible().contains(other.self)
                    && other.mesh.visible().contains(owner.self);
            if (mutual && !other.everShown.contains(claim) && other.shown.get(name) == null) {
                throw new AssertionError(
                        owner.self + " was told yes for " + name + ", which " + other.self + " does not show");
            }
        }
    }

    void lost(SimNames node, NamesEffect.Lost lost) {
        simulation.count("losers");
        NameRow row = lost.loser();
        excused.add(row.process());
        if (row.loss() == NameRow.Loss.KILL_ONE) {
            node.kill(row.process());
        }
    }

    List<SimNames> up() {
        return nodes.values().stream()
                .filter(node -> simulation.isUp(node.self.name()))
                .toList();
    }

    /** All nodes show the same, nobody dead, and every owner's node agrees that it owns. */
    boolean settled() {
        SimNames first = up().get(0);
        for (SimNames node : up()) {
            if (!node.shown.equals(first.shown) || node.undecided() > 0) {
                return false;
            }
        }
        return first.shown.values().stream().allMatch(this::lives)
                && names.stream().allMatch(name -> owners(name) <= 1);
    }

    private boolean lives(Claim holder) {
        SimNames node = nodes.get(holder.node().name());
        return node != null
                && node.self.equals(holder.node())
                && node.alive.contains(holder.row().process());
    }

    /** How many nodes that are up have an owner of their own. */
    private long owners(String name) {
        return up().stream().filter(node -> node.replica.names().owns(name)).count();
    }

    /** But for a reRegister, whose predecessor goes as soon as its node hears of it. */
    void neverTwoOwners() {
        for (String name : names) {
            if (up().stream().anyMatch(node -> node.replica.names().contested(name))) {
                throw new AssertionError(name + " has two owners without any split");
            }
        }
    }

    /** Claims confirmed, not ended by users, by a conflict, or with their process. */
    List<Confirmed> standing() {
        return confirmed.values().stream()
                .filter(c -> c.node() == nodes.get(c.node().self.name()))
                .filter(c -> simulation.isUp(c.node().self.name()))
                .filter(c -> c.node().alive.contains(c.process()))
                .filter(c -> !excused.contains(c.process()) && !excusedNames.contains(c.name()))
                .toList();
    }

    /** Of everybody who asked a node that has lived on. */
    void allAnswered() {
        asked.values().forEach(request -> {
            SimNames node = nodes.get(request.caller().node().name());
            if (node != null && node.self.equals(request.caller().node()) && simulation.isUp(node.self.name())) {
                throw new AssertionError("never answered: " + request);
            }
        });
    }

    /** Whoever was told yes has the name, or was told that he lost it. */
    void nobodyLosesUntold() {
        for (Confirmed claim : standing()) {
            Claim holder = claim.node().shown.get(claim.name());
            if (holder == null || !holder.row().process().equals(claim.process())) {
                throw new AssertionError(claim + " has lost its name to " + holder + " and was not told");
            }
            if (count(holder.row().metadata()) < updates.getOrDefault(claim.process(), 0)) {
                throw new AssertionError(holder + " has lost some of " + updates.get(claim.process()) + " updates");
            }
        }
    }

    /** A conflict leaves a winner: gentle worlds only, where nobody gives a name up. */
    Set<String> ownedNames() {
        Set<String> owned = new HashSet<>();
        standing().forEach(c -> owned.add(c.name()));
        return owned;
    }

    void allStillOwned(Set<String> owned) {
        for (String name : owned) {
            if (up().get(0).shown.get(name) == null) {
                throw new AssertionError(name + " had living owners, and has none after they met");
            }
        }
    }
}
