package io.capstan.registry.core.owner;

import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.owner.SimOwners.Word;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import io.capstan.testkit.sim.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The log of a group that never dies, the nodes that use it, what their users do, and what must hold. */
final class OwnersWorld {
    static final String LOG = "log";
    private static final List<String> NAMES = List.of("x", "y", "z");

    final Simulation<Word> simulation;
    final Map<String, SimOwners> nodes = new TreeMap<>();
    private final OwnerTable table = new OwnerTable(1);
    private final Map<String, OwnerReply> once = new HashMap<>();
    private final Map<String, FencingToken> highest = new HashMap<>();
    private final SplittableRandom random;
    private long index;
    private boolean working = true;

    OwnersWorld(Simulation<Word> simulation, List<String> members) {
        this.simulation = simulation;
        random = simulation.random();
        simulation.start(LOG, Log::new);
        members.forEach(member -> simulation.start(member, node -> new SimOwners(node, this)));
        work();
    }

    void started(SimOwners node) {
        nodes.put(node.self.name(), node);
    }

    void rest() {
        working = false;
    }

    /** Executes what comes, in the order in which it comes, and answers what has changed. */
    private final class Log implements SimProcess<Word> {
        private final SimNode<Word> node;

        Log(SimNode<Word> node) {
            this.node = node;
            node.every(Duration.ofMillis(30), () -> {
                Optional<OwnerTable.Due> due = table.due();
                if (due.isPresent() && due.get().time() <= time()) {
                    simulation.count("expired");
                    execute(due.get().command(), time());
                }
            });
        }

        private long time() {
            return node.nanos() / 1_000_000;
        }

        @Override
        public void onMessage(String from, Word message) {
            if (message instanceof SimOwners.Propose propose) {
                node.send(from, new SimOwners.Reply(propose.id(), propose(propose)));
            } else if (message instanceof SimOwners.Ask ask) {
                OwnerReply.Changes changes = (OwnerReply.Changes) table.answer(new OwnerQuery.Since(ask.after()));
                node.send(from, new SimOwners.Told(changes, index));
            }
        }

        /** Claims go through a client's session, which makes them once. */
        private OwnerReply propose(SimOwners.Propose propose) {
            if (!(propose.command() instanceof OwnerCommand.Claim)) {
                return execute(propose.command(), time());
            }
            OwnerReply before = once.get(propose.id());
            OwnerReply reply = before != null ? before : execute(propose.command(), time());
            once.put(propose.id(), reply);
            return reply;
        }
    }

    private OwnerReply execute(OwnerCommand command, long time) {
        Map<String, OwnerEntry> before = entries();
        OwnerReply reply = table.execute(command, ++index, time);
        Map<String, OwnerEntry> after = entries();
        before.forEach((name, entry) -> {
            OwnerEntry now = after.get(name);
            if (now == null || !now.epoch().equals(entry.epoch())) {
                ended(entry, command);
            }
        });
        if (reply instanceof OwnerReply.Granted granted) {
            FencingToken last =
                    highest.put(granted.entry().name(), granted.entry().epoch());
            if (last != null && last.compareTo(granted.entry().epoch()) >= 0) {
                throw new AssertionError(granted + " after " + last);
            }
        }
        simulation.count(
                command.getClass().getSimpleName() + " " + reply.getClass().getSimpleName());
        return reply;
    }

    /** Users may end an ownership under its owner, and he hears of it later; silence may not. */
    private void ended(OwnerEntry entry, OwnerCommand command) {
        boolean byUsers = (command instanceof OwnerCommand.Claim claim
                        && claim.takeOver()
                        && claim.name().equals(entry.name()))
                || command instanceof OwnerCommand.Unregister;
        SimOwners holder = holder(entry);
        if (!byUsers && holder != null) {
            throw new AssertionError(holder.self + " holds " + entry + ", which " + command + " ended");
        }
        if (byUsers && holder != null) {
            simulation.count("stale epochs held for a while");
        }
    }

    private @Nullable SimOwners holder(OwnerEntry entry) {
        return nodes.values().stream()
                .filter(node -> simulation.isUp(node.self.name()) && node.holds(entry))
                .findAny()
                .orElse(null);
    }

    Map<String, OwnerEntry> entries() {
        Map<String, OwnerEntry> entries = new TreeMap<>();
        ((OwnerReply.Entries) table.answer(new OwnerQuery.Page("")))
                .entries()
                .forEach(entry -> entries.put(entry.name(), entry));
        return entries;
    }

    private void work() {
        simulation.at(Duration.ofMillis(random.nextInt(1, 80)), () -> {
            List<SimOwners> up = nodes.values().stream()
                    .filter(node -> simulation.isUp(node.self.name()) && !simulation.isPaused(node.self.name()))
                    .toList();
            if (working && !up.isEmpty()) {
                oneThing(up.get(random.nextInt(up.size())));
            }
            if (working) {
                work();
            }
        });
    }

    private void oneThing(SimOwners node) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int what = random.nextInt(20);
        if (what < 10) {
            node.claim(name, what < 2, random.nextInt(20, 600));
        } else if (what < 16 && !node.alive.isEmpty()) {
            node.stop(List.copyOf(node.alive).get(random.nextInt(node.alive.size())));
        } else if (what == 16) {
            node.unregister(name);
        } else if (what == 17) {
            node.setWall(random.nextLong(-5_000, 5_000));
            simulation.count("clocks set");
        } else if (what == 18) {
            String dead = node.self.name();
            simulation.kill(dead);
            simulation.at(Duration.ofMillis(random.nextInt(50, 1_500)), () -> simulation.restart(dead));
        }
    }

    /** Every owner's node holds what the group says it has, of a process that lives. */
    boolean settled() {
        return entries().values().stream().allMatch(entry -> {
            SimOwners holder = holder(entry);
            return holder != null && holder.self.equals(entry.node()) && holder.alive.contains(entry.process());
        });
    }
}
