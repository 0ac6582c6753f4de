package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import org.junit.jupiter.api.Test;

/**
 * Three nodes are started again, one after the other, and count all the while: their memory is where it was. {@code
 * -Drestarts=100 -Drestarts.counters=1000000} with {@code -Xmx3g} takes long; every build a few restarts and counters.
 */
class RollingRestartsTest {
    private static final int RESTARTS = Integer.getInteger("restarts", 12);
    private static final int COUNTERS = Integer.getInteger("restarts.counters", 2_000);
    private static final String[] NAMES = {"a", "b", "c"};

    /** What is folded, and three slots of the living, are there from then on. */
    private static final int WARM = 4;

    private final Ledger ledger = new Ledger();
    private final MeetingReplica[] nodes = new MeetingReplica[NAMES.length];

    @Test
    void memoryIsWhereItWas() {
        for (int i = 0; i < nodes.length; i++) {
            start(i, 1);
        }
        meetAndFold();
        long before = 0;
        for (int restart = 0; restart < RESTARTS; restart++) {
            if (restart == WARM) {
                before = used();
            }
            start(restart % nodes.length, restart + 2L);
            meetAndFold();
        }
        long after = used();
        System.out.printf(
                "%d restarts, %d counters: %d KB after %d restarts, %d KB after all%n",
                RESTARTS, COUNTERS, before / 1024, WARM, after / 1024);
        for (MeetingReplica node : nodes) {
            assertThat(node.counters.status().slots()).isEqualTo(NAMES.length);
            assertThat(node.counters.status().folded()).isEqualTo(RESTARTS);
            assertThat(node.value("shop/visits/" + (COUNTERS - 1))).isEqualTo(RESTARTS + NAMES.length);
        }
        // A slot that was folded is remembered: some hundred bytes of each.
        assertThat(after).isLessThan(before + before / 10 + 3L * RESTARTS * 1024);
    }

    private void start(int node, long incarnation) {
        nodes[node] = new MeetingReplica(NAMES[node], incarnation, 1_000 * incarnation + node);
        for (int i = 0; i < COUNTERS; i++) {
            nodes[node].cells("shop/visits/" + i).add(1);
        }
    }

    private void meetAndFold() {
        nodes[0].meet(nodes[1]);
        nodes[1].meet(nodes[2]);
        nodes[2].meet(nodes[0]);
        nodes[0].meet(nodes[1]);
        boolean said = true;
        while (said) {
            said = false;
            for (MeetingReplica node : nodes) {
                said |= talk(node);
            }
        }
    }

    private boolean talk(MeetingReplica node) {
        LedgerView view = ledger.view();
        LedgerCommand command = node.counters.folder().next(view);
        if (node.counters.folder().mayFold(view)) {
            node.counters.folder().fold(view);
            node.flush();
            return true;
        }
        if (command != null) {
            ledger.execute(command);
        }
        return command != null;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
