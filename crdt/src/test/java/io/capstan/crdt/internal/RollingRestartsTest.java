package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes are started again, one after the other, and count all the while: their memory is where it was. {@code
 * -Drestarts=100 -Drestarts.counters=1000000} takes long; every build a few restarts and counters.
 */
class RollingRestartsTest {
    private static final int RESTARTS = Integer.getInteger("restarts", 12);
    private static final int COUNTERS = Integer.getInteger("restarts.counters", 2_000);

    /** What is folded, and three slots of the living, are there from then on. */
    private static final int WARM = 4;

    @TempDir
    Path directory;

    @Test
    void memoryIsWhereItWas() throws Exception {
        long[] found = FreshJvm.measured(directory, Measured.class, "" + RESTARTS, "" + COUNTERS);
        long before = found[0];
        long after = found[1];

        System.out.printf(
                "%d restarts, %d counters: %d KB after %d restarts, %d KB after all%n",
                RESTARTS, COUNTERS, before / 1024, WARM, after / 1024);
        // A slot that was folded is remembered: some hundred bytes of each.
        assertThat(after).isLessThan(before + before / 10 + 3L * RESTARTS * 1024);
    }

    /** What is measured. */
    static final class Measured {
        private static final String[] NAMES = {"a", "b", "c"};

        private final int restarts;
        private final int counters;
        private final Ledger ledger = new Ledger();
        private final MeetingReplica[] nodes = new MeetingReplica[NAMES.length];

        private Measured(int restarts, int counters) {
            this.restarts = restarts;
            this.counters = counters;
        }

        public static void main(String[] arguments) {
            new Measured(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).run();
        }

        private void run() {
            for (int i = 0; i < nodes.length; i++) {
                start(i, 1);
            }
            meetAndFold();
            long before = 0;
            for (int restart = 0; restart < restarts; restart++) {
                if (restart == WARM) {
                    before = FreshJvm.used();
                }
                start(restart % nodes.length, restart + 2L);
                meetAndFold();
            }
            long after = FreshJvm.used();
            for (MeetingReplica node : nodes) {
                assertThat(node.counters.status().slots()).isEqualTo(NAMES.length);
                assertThat(node.counters.status().folded()).isEqualTo(restarts);
                assertThat(node.value("shop/visits/" + (counters - 1))).isEqualTo(restarts + NAMES.length);
            }
            System.out.println("found " + before + " " + after);
        }

        private void start(int node, long incarnation) {
            nodes[node] = new MeetingReplica(NAMES[node], incarnation, 1_000 * incarnation + node);
            for (int i = 0; i < counters; i++) {
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
    }
}
