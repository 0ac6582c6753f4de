package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.NameRow.Loss;
import io.capstan.registry.core.NameRow.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names of node b, among a and c, for tests that say what comes in and look at what goes out. */
final class OneNode {
    static final NodeId A = new NodeId("a", 1);
    static final NodeId B = new NodeId("b", 1);
    static final NodeId C = new NodeId("c", 1);
    static final Metadata NO_METADATA = Metadata.NONE;

    final NamesCore core = new NamesCore(B, 1, 2, new NamesTiming(300, 200, 500, 4_096));
    private final Map<String, Map<NodeId, NameRow>> rows = new HashMap<>();
    private long numbers;

    /** Synced with a and c. */
    static OneNode synced() {
        OneNode node = new OneNode();
        node.core.tick(0);
        for (NodeId peer : List.of(A, C)) {
            node.core.visible(peer);
            node.core.caughtUp(peer);
        }
        node.core.drain();
        return node;
    }

    /** A name whose arbiter, among a, b and c, is this one. */
    static String nameOrderedBy(NodeId arbiter) {
        NamesView view = new NamesView(B);
        view.visible.add(A);
        view.visible.add(C);
        for (int i = 0; ; i++) {
            if (view.arbiter("name-" + i).equals(arbiter)) {
                return "name-" + i;
            }
        }
    }

    /** The first claim of a process of another node; {@code order} decides which of two claims is the higher. */
    static NameRow row(State state, long order, String process) {
        ClaimId id = new ClaimId(order, 77);
        return new NameRow(id, 0, id, state, Loss.NOTIFY_ONE, process, NO_METADATA);
    }

    /** A claim that takes over from {@code other}. */
    static NameRow heirOf(NameRow other, long order, String process) {
        return new NameRow(
                new ClaimId(order, 78),
                other.rank() + 1,
                other.lineage(),
                State.OWNED,
                other.loss(),
                process,
                NO_METADATA);
    }

    /** A row of another node is now this. */
    void changed(NodeId node, String name, @Nullable NameRow row) {
        Map<NodeId, NameRow> of = rows.computeIfAbsent(name, absent -> new HashMap<>());
        NameRow before = row == null ? of.remove(node) : of.put(node, row);
        core.changed(node, name, before, row);
    }

    void register(String name, String process) {
        register(name, process, false, 1_000);
    }

    void register(String name, String process, boolean takeOver, long deadline) {
        core.request(new NameRequest.Register(
                new Caller(B, ++numbers), name, deadline, takeOver, Loss.NOTIFY_ONE, process, NO_METADATA));
    }

    /** Registers with everybody's word, and returns the row that is owned now. */
    NameRow owner(String name, String process) {
        register(name, process);
        NameRow pending = written(core.drain());
        for (State state : State.values()) {
            core.message(A, new ClaimMessage.Seen(name, pending.claim(), state, null));
            core.message(C, new ClaimMessage.Seen(name, pending.claim(), state, null));
        }
        return written(core.drain());
    }

    /** The last row that was written. */
    static NameRow written(List<NamesEffect> effects) {
        return of(NamesEffect.Write.class, effects)
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .row();
    }

    static <E extends NamesEffect> java.util.stream.Stream<E> of(Class<E> type, List<NamesEffect> effects) {
        return effects.stream().filter(type::isInstance).map(type::cast);
    }

    /** What was said, and to whom, in order. */
    static List<NamesEffect.Send> sent(List<NamesEffect> effects) {
        return of(NamesEffect.Send.class, effects).toList();
    }

    static NamesEffect.Send send(NodeId peer, ClaimMessage message) {
        return new NamesEffect.Send(peer, message);
    }

    static NamesEffect.Answer answer(long number, NameOutcome outcome) {
        return new NamesEffect.Answer(number, outcome);
    }
}
