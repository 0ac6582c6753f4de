package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.owner.Tenure.Effect;
import io.capstan.registry.core.owner.Tenure.Held;
import io.capstan.registry.core.owner.Tenure.Moment;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One simulated node with consistent names: its tenure, and what production's shell does around it. */
final class SimOwners implements SimProcess<SimOwners.Word> {
    static final long TTL = 1_000;
    private static final long AGAIN = 120;

    /** What nodes and the log say to each other. */
    sealed interface Word {}

    /** Execute this; at once, and of what may be done twice every time it comes. */
    record Propose(String id, OwnerCommand command) implements Word {}

    record Reply(String id, OwnerReply reply) implements Word {}

    record Ask(long after) implements Word {}

    record Told(OwnerReply.Changes changes, long index) implements Word {}

    final NodeId self;
    final Tenure<String> tenure;
    final Set<String> alive = new HashSet<>();
    private final SimNode<Word> node;
    private final OwnersWorld world;
    private final Map<String, Consumer<@Nullable OwnerReply>> pending = new HashMap<>();
    private final Map<String, OwnerEntry> owners = new HashMap<>();
    private final List<Consumer<Long>> waiting = new ArrayList<>();
    private long wallSkew;
    private long seen;
    private long shownTo;
    private long ids;

    SimOwners(SimNode<Word> node, OwnersWorld world) {
        this.node = node;
        this.world = world;
        self = new NodeId(node.name(), node.incarnation());
        tenure = new Tenure<>(self, TTL);
        world.started(this);
        node.every(Duration.ofMillis(50), () -> {
            tenure.tick(now());
            perform();
        });
        node.every(Duration.ofMillis(40), () -> node.send(OwnersWorld.LOG, new Ask(seen)));
    }

    Moment now() {
        long millis = node.nanos() / 1_000_000;
        return new Moment(millis, millis + wallSkew);
    }

    /** Somebody sets the clock on the wall. */
    void setWall(long skew) {
        wallSkew = skew;
    }

    /** As a program does: a process of its own, with so many milliseconds. */
    void claim(String name, boolean takeOver, long within) {
        String process = self + "/" + ++ids;
        alive.add(process);
        waiting.add(session -> claim(session, name, process, takeOver, within));
        tenure.open(now());
        perform();
    }

    private void claim(long session, String name, String process, boolean takeOver, long within) {
        long claim = tenure.nextClaim();
        OwnerCommand.Claim command =
                new OwnerCommand.Claim(session, claim, name, takeOver, true, process, Metadata.NONE);
        propose(command, within, reply -> {
            if (reply == null) {
                tenure.release(session, claim, name);
            } else if (reply instanceof OwnerReply.Granted granted) {
                granted(new Held<>(name, session, claim, granted.entry().epoch(), process));
            }
        });
    }

    private void granted(Held<String> granted) {
        boolean took = tenure.granted(granted, now());
        tenure.changed(granted.name(), shownTo, owners.get(granted.name()));
        node.trace(granted + (took ? " taken" : " too late"));
        if (took && !alive.contains(granted.process())) {
            tenure.stopped(granted.process());
        }
    }

    void unregister(String name) {
        propose(new OwnerCommand.Unregister(name), 500, reply -> {});
    }

    void stop(String process) {
        alive.remove(process);
        tenure.stopped(process);
        perform();
    }

    boolean holds(OwnerEntry entry) {
        return tenure.holds(entry.name(), entry.epoch(), entry.process(), now());
    }

    private void propose(OwnerCommand command, long within, Consumer<@Nullable OwnerReply> then) {
        String id = self + "#" + ++ids;
        pending.put(id, then);
        send(id, command);
        node.after(Duration.ofMillis(within), () -> answer(id, null));
    }

    private void send(String id, OwnerCommand command) {
        if (pending.containsKey(id)) {
            node.send(OwnersWorld.LOG, new Propose(id, command));
            node.after(Duration.ofMillis(AGAIN), () -> send(id, command));
        }
    }

    private void answer(String id, @Nullable OwnerReply reply) {
        Consumer<@Nullable OwnerReply> then = pending.remove(id);
        if (then != null) {
            then.accept(reply);
            perform();
        }
    }

    @Override
    public void onMessage(String from, Word message) {
        if (message instanceof Reply reply) {
            answer(reply.id(), reply.reply());
        } else if (message instanceof Told told) {
            told(told);
        }
        perform();
    }

    private void told(Told told) {
        for (OwnerReply.Change change : told.changes().changes()) {
            if (change.number() == seen + 1) { // Answers may overtake each other.
                seen = change.number();
                OwnerEntry owner = change.entry().orElse(null);
                owners.compute(change.name(), (name, before) -> owner);
                tenure.changed(change.name(), change.index(), owner);
            }
        }
        List<OwnerReply.Change> all = told.changes().changes();
        boolean upToHere = !all.isEmpty() && all.get(all.size() - 1).number() == seen;
        if (upToHere && !told.changes().more()) {
            shownTo = Math.max(shownTo, told.index());
            tenure.check(shownTo, owners);
        }
    }

    private void perform() {
        for (Effect<String> effect : tenure.drain()) {
            if (effect instanceof Effect.Propose<String> propose) {
                Moment sent = now();
                propose(
                        propose.command(),
                        propose.within(),
                        reply -> tenure.answered(propose.command(), reply, sent, now()));
            } else if (effect instanceof Effect.Lost<String> lost) {
                world.simulation.count("lost with their session");
                alive.remove(lost.held().process()); // It is stopped.
            } else if (effect instanceof Effect.Opened<String> opened) {
                List<Consumer<Long>> these = List.copyOf(waiting);
                waiting.clear();
                these.forEach(each -> each.accept(opened.session()));
            } else {
                waiting.clear(); // They give up.
            }
        }
    }
}
