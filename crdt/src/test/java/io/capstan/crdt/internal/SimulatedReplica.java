package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import io.capstan.crdt.core.TableWire;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import io.capstan.testkit.sim.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One table in the simulated world, over the real bytes, with a stand-in for the mesh's view: a peer is visible while
 * it is linked, or some linked peer says that it is linked to it.
 *
 * <p>It checks itself: {@link #check} holds after every step.
 */
final class SimulatedReplica<K, V> implements SimProcess<SimulatedReplica.Packet> {
    /** Of counters: frames of three rows or so. */
    static final TableSettings SETTINGS = new TableSettings(
            Departed.KEEP,
            100,
            2,
            Duration.ofMillis(300),
            Duration.ofMillis(400),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1_000);

    private final SimNode<Packet> node;
    private final Simulation<Packet> world;
    private final Table<K, V> table;
    private final TableWire<K, V> wire;
    private final Supplier<List<Effect<K, V>>> drain;
    private final SlotHistories<K, V> histories;

    private final Map<String, NodeId> linked = new TreeMap<>();
    private final Map<String, Set<NodeId>> views = new TreeMap<>();
    private Set<NodeId> visible = new TreeSet<>();

    /** What the effects told, which must be what the table shows. */
    private final Map<Slot, Map<K, V>> told = new HashMap<>();

    private final Map<Slot, SlotHistories<K, V>.Reader> expected = new HashMap<>();
    private final Map<Slot, Long> checked = new HashMap<>();
    private final Set<Slot> touched = new LinkedHashSet<>();
    private boolean performed = true;

    /** What processes send each other. */
    sealed interface Packet {}

    private record Bytes(byte[] bytes) implements Packet {}

    private record View(Set<NodeId> linked) implements Packet {}

    SimulatedReplica(
            SimNode<Packet> node,
            Simulation<Packet> world,
            Table<K, V> table,
            TableWire<K, V> wire,
            Supplier<List<Effect<K, V>>> drain,
            SlotHistories<K, V> histories) {
        this.node = node;
        this.world = world;
        this.table = table;
        this.wire = wire;
        this.drain = drain;
        this.histories = histories;
        node.every(Duration.ofMillis(100), () -> {
            table.tick(node.nanos() / 1_000_000);
            perform();
        });
    }

    static Slot slot(SimNode<Packet> node) {
        return new Slot(
                node.random().nextLong(), node.random().nextLong(), new NodeId(node.name(), node.incarnation()));
    }

    Table<K, V> table() {
        return table;
    }

    Set<NodeId> visible() {
        return visible;
    }

    @Override
    public void onLinkUp(String peer, int incarnation) {
        NodeId id = new NodeId(peer, incarnation);
        linked.put(peer, id);
        lookAround();
        table.linked(id);
        perform();
        tellView();
    }

    @Override
    public void onLinkDown(String peer) {
        NodeId id = linked.remove(peer);
        views.remove(peer);
        if (id != null) {
            table.unlinked(id);
        }
        lookAround();
        perform();
        tellView();
    }

    @Override
    public void onMessage(String from, Packet packet) {
        NodeId id = linked.get(from);
        if (id == null) {
            throw new AssertionError("a message without a link");
        }
        if (packet instanceof View view) {
            views.put(from, view.linked());
            lookAround();
        } else if (packet instanceof Bytes bytes) {
            Frame<K, V> frame = wire.decode(bytes.bytes());
            count(frame);
            table.frame(id, frame);
        }
        perform();
    }

    /** Performs what the last inputs brought about. */
    void perform() {
        performed = true;
        for (Effect<K, V> effect : drain.get()) {
            if (effect instanceof Effect.Send<K, V> send) {
                if (send.frame() instanceof Frame.Want<K, V> want) {
                    count(want, send.peer());
                }
                node.send(send.peer().name(), new Bytes(wire.encode(send.frame())));
            } else if (effect instanceof Effect.Changed<K, V> changed) {
                changed(changed);
            } else if (effect instanceof Effect.CaughtUp<K, V>) {
                world.count("caught up");
            } else if (effect instanceof Effect.Excess<K, V> excess) {
                world.count("excesses found after folding");
                if (excess.slot().equals(table.slot())) {
                    throw new AssertionError("folded while it lives: " + excess);
                }
            } else if (effect instanceof Effect.Refused<K, V> refused) {
                throw new AssertionError("refused by " + node.name() + ": " + refused);
            } else if (effect instanceof Effect.Diverged<K, V> diverged) {
                throw new AssertionError("diverged from " + node.name() + ": " + diverged);
            }
        }
    }

    /**
     * Every copy is exactly what its owner had at the version it is known at, and the effects told just that.
     *
     * @return whether there was anything to check: most steps are timers that found nothing to do
     */
    boolean check() {
        if (histories.version(table.slot()) != table.version()) {
            throw new AssertionError("stamped " + table.version() + ", done " + histories.version(table.slot()));
        }
        if (!performed) {
            return false;
        }
        performed = false;
        for (Slot slot : table.slots()) {
            long known = table.known(slot);
            Long before = checked.put(slot, known);
            if (before != null && before == known && !touched.contains(slot)) {
                continue;
            }
            Map<K, V> shown = new HashMap<>();
            table.forEach(slot, shown::put);
            Map<K, V> owners = slot.equals(Slot.FOLDED)
                    ? histories.folded(known, shown)
                    : expected.computeIfAbsent(slot, s -> histories.new Reader(s))
                            .at(known);
            boolean hidden = shown.isEmpty() && !visible.contains(slot.owner());
            if (!hidden && !table.current(slot.owner())) {
                hidden = shown.isEmpty();
            }
            if (!hidden && !shown.equals(owners)) {
                throw new AssertionError(node.name() + " knows " + slot + " up to " + known + " and shows " + shown
                        + " where the owner had " + owners);
            }
            if (!shown.equals(told.getOrDefault(slot, Map.of()))) {
                throw new AssertionError("told of " + slot + ": " + told.get(slot) + ", shown: " + shown);
            }
        }
        touched.clear();
        told.keySet().removeIf(slot -> told.getOrDefault(slot, Map.of()).isEmpty());
        expected.keySet().retainAll(table.slots());
        checked.keySet().retainAll(table.slots());
        return true;
    }

    private void changed(Effect.Changed<K, V> changed) {
        Slot slot = changed.slot();
        touched.add(slot);
        if (slot.equals(table.slot())) {
            histories.record(slot, changed.key(), changed.after());
        }
        Map<K, V> rows = told.computeIfAbsent(slot, s -> new HashMap<>());
        V after = changed.after();
        @Nullable V before = after == null ? rows.remove(changed.key()) : rows.put(changed.key(), after);
        if (before == null ? changed.before() != null : !before.equals(changed.before())) {
            throw new AssertionError("told " + changed + " where " + before + " was told before");
        }
    }

    private void lookAround() {
        Set<NodeId> now = new TreeSet<>(linked.values());
        views.values().forEach(now::addAll);
        now.remove(table.slot().owner());
        for (NodeId gone : visible) {
            if (!now.contains(gone)) {
                world.count("hidden");
                table.hidden(gone);
            }
        }
        for (NodeId come : now) {
            if (!visible.contains(come)) {
                table.visible(come);
            }
        }
        visible = now;
    }

    private void tellView() {
        for (String peer : linked.keySet()) {
            node.send(peer, new View(Set.copyOf(linked.values())));
        }
    }

    private void count(Frame.Want<K, V> want, NodeId source) {
        if (!want.slot().owner().equals(source)) {
            world.count(visible.contains(want.slot().owner()) ? "relays of the living" : "relays of the gone");
        }
        if (want.after() > table.known(want.slot())) {
            world.count("streams resumed halfway");
        }
    }

    private void count(Frame<K, V> frame) {
        if (frame instanceof Frame.Rows<K, V> rows) {
            world.count(rows.replace() ? "whole slots" : rows.tailReached() ? "tails" : "frames before the tail");
            rows.rows().stream().filter(Row::removed).forEach(row -> world.count("removals received"));
        } else if (frame instanceof Frame.End<K, V>) {
            world.count("streams ended by the source");
        } else if (frame instanceof Frame.Check<K, V> check) {
            check.marks().stream()
                    .filter(mark -> mark.known() > 0 && mark.known() == table.known(mark.slot()))
                    .forEach(mark -> world.count("copies compared"));
        }
    }
}
