package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import io.capstan.crdt.core.TableWire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operations take on each node while their ids are kept, and what is left of them once they are forgotten. {@code
 * -Dmemory.operations=500000} measures more than every build does.
 */
class OperationsMemoryTest {
    private static final int OPERATIONS = Integer.getInteger("memory.operations", 20_000);

    @TempDir
    Path directory;

    /** What it came to, in bytes, for one node of two. */
    private record Found(long heapKept, long bytesKept, long heapLeft, long bytesLeft, long heapLeftAgain) {}

    @Test
    void ofOperationsThatAreForgottenOnlyTheirSumsAreLeft() throws Exception {
        Found found = measured();

        System.out.println(OPERATIONS + " operations take " + found.heapKept() / OPERATIONS
                + " bytes of heap each while they are kept, and " + found.bytesKept() / OPERATIONS
                + " on the wire and on disk; once forgotten " + found.heapLeft() + " and " + found.bytesLeft()
                + " bytes of all of them are left; of as many again " + found.heapLeftAgain());
        assertThat(found.bytesLeft()).isLessThan(found.bytesKept() / 100);
        assertThat(found.heapLeft()).isLessThan(found.heapKept() / 4);
        assertThat(found.heapLeftAgain())
                .as("arrays as large as they once were, which others fill")
                .isLessThan(found.heapLeft() + found.heapKept() / 20);
    }

    private Found measured() throws IOException {
        long[] found = FreshJvm.measured(directory, Measured.class, "" + OPERATIONS);
        return new Found(found[0], found[1], found[2], found[3], found[4]);
    }

    /** What is measured: two nodes that add operations and forget them. */
    static final class Measured {
        private static final int COUNTERS = 100;
        private static final Duration WINDOW = Duration.ofSeconds(1);

        private final int operations;
        private final Ledger ledger = new Ledger();
        private final List<MeetingReplica> members = List.of(member("a", 1), member("b", 2));

        private Measured(int operations) {
            this.operations = operations;
        }

        public static void main(String[] arguments) {
            Found found = new Measured(Integer.parseInt(arguments[0])).run();
            System.out.println("found " + found.heapKept() + " " + found.bytesKept() + " " + found.heapLeft() + " "
                    + found.bytesLeft() + " " + found.heapLeftAgain());
        }

        private static MeetingReplica member(String name, long bits) {
            MeetingReplica member = new MeetingReplica(name, 1, bits);
            member.counters.keepOperations(WINDOW);
            member.pass(0);
            return member;
        }

        private Found run() {
            talk();
            add(0, COUNTERS); // The counters themselves are there before and after.
            forget();
            long heapBefore = FreshJvm.used();
            long bytesBefore = bytes();
            add(COUNTERS, operations);
            long heapKept = FreshJvm.used() - heapBefore;
            long bytesKept = bytes() - bytesBefore;
            forgetWholly(2 * operations);
            long heapLeft = FreshJvm.used() - heapBefore;
            long bytesLeft = bytes() - bytesBefore;
            add(3 * operations, operations);
            forgetWholly(4 * operations);
            long heapLeftAgain = FreshJvm.used() - heapBefore;
            assertThat(members.get(0).value("sold/0")).isEqualTo(members.get(1).value("sold/0"));
            int nodes = members.size();
            return new Found(heapKept / nodes, bytesKept, heapLeft / nodes, bytesLeft, heapLeftAgain / nodes);
        }

        /** Rows go with the next fold, which needs something to forget. */
        private void forgetWholly(int next) {
            forget();
            add(next, 1);
            forget();
            removalsAreForgotten();
        }

        private void add(int from, int count) {
            for (int i = from; i < from + count; i++) {
                Deltas one = Deltas.of(Map.of("sold/" + i % COUNTERS, 1L));
                assertThat(members.get(i % 2).counters.add("order-" + (1_000_000 + i), one))
                        .isTrue();
            }
            members.get(0).meet(members.get(1));
        }

        private void forget() {
            while (members.stream().anyMatch(member -> member.counters.operations() > 0)) {
                for (int i = 0; i < 25; i++) {
                    members.forEach(member -> member.pass(50));
                }
                talk();
                members.get(0).meet(members.get(1));
            }
        }

        /** As any table's: once all that is linked has heard of them, and they are old enough. */
        private void removalsAreForgotten() {
            Duration age = TableSettings.defaults(Departed.KEEP).forgetAfter();
            for (int i = 0; i < 3; i++) {
                members.forEach(member -> member.pass(age.toMillis()));
                members.get(0).meet(members.get(1));
            }
        }

        private void talk() {
            boolean said = true;
            while (said) {
                said = false;
                for (MeetingReplica member : members) {
                    LedgerCommand command = member.counters.folder().next(ledger.view());
                    if (member.counters.folder().mayFold(ledger.view())) {
                        member.counters.folder().fold(ledger.view());
                        said = true;
                    } else if (command != null) {
                        ledger.execute(command);
                        said = true;
                    }
                    member.flush();
                }
            }
        }

        /** What all rows of one node come to, as they are sent and stored. */
        private long bytes() {
            TableWire<CounterKey, CounterRow> wire = CounterWire.wire();
            var table = members.get(0).counters.table();
            long[] bytes = new long[1];
            for (Slot slot : table.slots()) {
                table.forEach(
                        slot, (key, row) -> bytes[0] += wire.bytes(new Row<>(key, table.version(slot, key), row)));
            }
            return bytes[0];
        }
    }
}
