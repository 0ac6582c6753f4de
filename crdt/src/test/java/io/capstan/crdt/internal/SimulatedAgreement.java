package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.LedgerWire;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import io.capstan.testkit.sim.Nemesis;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Agreement in the simulated world: one ledger that everybody reaches now and then. Commands come late, twice, or never,
 * also after their sender is dead; what is read may be of a while ago.
 */
final class SimulatedAgreement {
    private static final int AGO_MAX = 6;

    /** Where slots are folded more nodes die and come back, and sometimes all at once. */
    static final Nemesis.Kind[] KINDS = {
        Nemesis.Kind.STOP_ALL,
        Nemesis.Kind.KILL,
        Nemesis.Kind.KILL,
        Nemesis.Kind.RESTART,
        Nemesis.Kind.RESTART,
        Nemesis.Kind.SPLIT,
        Nemesis.Kind.ISOLATE,
        Nemesis.Kind.BRIDGE,
        Nemesis.Kind.HEAL,
        Nemesis.Kind.PAUSE
    };

    private final Simulation<SimulatedReplica.Packet> world;
    private final Ledger ledger = new Ledger();
    private final List<LedgerView> past = new ArrayList<>(List.of(LedgerView.empty()));

    SimulatedAgreement(Simulation<SimulatedReplica.Packet> world) {
        this.world = world;
    }

    LedgerView view() {
        return ledger.view();
    }

    void remove(String name) {
        world.count("members removed");
        execute(new LedgerCommand.Remove(name));
    }

    /**
     * Has a member take part.
     *
     * @param ready tells whether all that is held is on disk
     * @param fold folds once the view allows it
     * @param perform performs what saying something has brought about
     */
    void serve(
            SimNode<?> node,
            CounterReplica replica,
            BooleanSupplier ready,
            Consumer<LedgerView> fold,
            Runnable perform) {
        node.after(Duration.ofMillis(node.random().nextInt(50, 500)), () -> {
            if (ready.getAsBoolean() && node.random().nextInt(4) > 0) {
                int ago = Math.max(0, node.random().nextInt(2 * AGO_MAX) - AGO_MAX);
                LedgerView view = past.get(Math.max(0, past.size() - 1 - ago));
                LedgerCommand command = replica.folder().next(view);
                if (replica.folder().mayFold(view)) {
                    fold.accept(view);
                } else if (command != null) {
                    send(node, command);
                }
                perform.run();
            }
            serve(node, replica, ready, fold, perform);
        });
    }

    private void send(SimNode<?> node, LedgerCommand command) {
        int times = node.random().nextInt(6) == 0 ? node.random().nextInt(3) : 1;
        LedgerCommand sent = LedgerWire.command(LedgerWire.bytes(command));
        for (int i = 0; i < times; i++) {
            world.at(Duration.ofMillis(node.random().nextInt(1, 300)), () -> execute(sent));
        }
    }

    private void execute(LedgerCommand command) {
        long folds = ledger.view().folds();
        Map<Slot, Long> before = ledger.view().next();
        LedgerView after = new Ledger(LedgerWire.view(LedgerWire.bytes(ledger.view()))).execute(command);
        if (!ledger.execute(command).equals(after)) {
            throw new AssertionError("a ledger that was read back does something else");
        }
        if (after.folds() > folds) {
            world.count(after.beginsAnew() ? "folds that begin anew agreed" : "folds agreed");
        }
        after.next().forEach((slot, version) -> {
            if (before.containsKey(slot) && before.getOrDefault(slot, 0L) < version) {
                world.count("retirements raised");
            }
        });
        past.add(after);
        if (past.size() > AGO_MAX) {
            past.remove(0);
        }
    }

    /** The slots that are folded here, and at which versions. */
    static Map<Slot, Long> folded(Table<CounterKey, CounterRow> table) {
        Map<Slot, Long> folded = new TreeMap<>();
        table.forEach(Slot.FOLDED, (key, row) -> {
            if (key instanceof CounterKey.Folded one) {
                folded.put(one.slot(), table.known(one.slot()));
            }
        });
        return folded;
    }

    /** Whether no slot of a departed owner is left anywhere but in what is folded. */
    static boolean onlyTheLivingHaveSlots(List<CounterReplica> members) {
        long living =
                members.stream().map(member -> member.table().slot()).distinct().count();
        return members.stream()
                .allMatch(member -> member.table().slots().stream()
                                .filter(slot -> !slot.equals(Slot.FOLDED))
                                .count()
                        <= living);
    }

    /** Whether all hold each slot that any of them has, and as much of it. */
    static boolean allKnowTheSame(List<CounterReplica> members) {
        Map<Slot, Long> known = new TreeMap<>();
        for (CounterReplica member : members) {
            member.table()
                    .slots()
                    .forEach(slot -> known.merge(slot, member.table().known(slot), Math::max));
        }
        return members.stream()
                .allMatch(member -> known.entrySet().stream()
                        .allMatch(slot -> member.table().known(slot.getKey()) == slot.getValue()));
    }
}
