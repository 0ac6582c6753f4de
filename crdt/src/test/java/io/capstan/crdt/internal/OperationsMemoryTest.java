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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What operations take on each node while their ids are kept, and what is left of them once they are forgotten. {@code
 * -Dmemory.operations=500000} with {@code -Xmx2g} measures more than every build does.
 */
class OperationsMemoryTest {
    private static final int OPERATIONS = Integer.getInteger("memory.operations", 20_000);
    private static final int COUNTERS = 100;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final Ledger ledger = new Ledger();
    private final List<MeetingReplica> members = List.of(member("a", 1), member("b", 2));

    private static MeetingReplica member(String name, long bits) {
        MeetingReplica member = new MeetingReplica(name, 1, bits);
        member.counters.keepOperations(WINDOW);
        member.pass(0);
        return member;
    }

    @Test
    void ofOperationsThatAreForgottenOnlyTheirSumsAreLeft() {
        talk();
        add(0, COUNTERS); // The counters themselves are there before and after.
        forget();
        long heapBefore = used();
        long bytesBefore = bytes();
        add(COUNTERS, OPERATIONS);
        long heapKept = used() - heapBefore;
        long bytesKept = bytes() - bytesBefore;
        forgetWholly(2 * OPERATIONS);
        long heapLeft = used() - heapBefore;
        long bytesLeft = bytes() - bytesBefore;
        add(3 * OPERATIONS, OPERATIONS);
        forgetWholly(4 * OPERATIONS);
        long heapLeftAgain = used() - heapBefore;

        System.out.println(OPERATIONS + " operations take " + heapKept / members.size() / OPERATIONS
                + " bytes of heap each while they are kept, and " + bytesKept / OPERATIONS
                + " on the wire and on disk; once forgotten " + heapLeft / members.size() + " and " + bytesLeft
                + " bytes of all of them are left; of as many again " + heapLeftAgain / members.size());
        assertThat(members.get(0).value("sold/0")).isEqualTo(members.get(1).value("sold/0"));
        assertThat(bytesLeft).isLessThan(bytesKept / 100);
        assertThat(heapLeft).isLessThan(heapKept / 4);
        assertThat(heapLeftAgain)
                .as("arrays as large as they once were, which others fill")
                // Other tests' garbage in this JVM comes and goes: some tenth of what is kept.
                .isLessThan(heapLeft + heapKept / 4);
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
            table.forEach(slot, (key, row) -> bytes[0] += wire.bytes(new Row<>(key, table.version(slot, key), row)));
        }
        return bytes[0];
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
