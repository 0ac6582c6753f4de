package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

/**
 * What counters of three writers take on each node. {@code -Dmemory.counters=1000000} with {@code -Xmx2g} measures a
 * million; every build a few, which come out larger each.
 */
class MemoryTest {
    private static final int COUNTERS = Integer.getInteger("memory.counters", 50_000);
    private static final int BYTES_MAX = 400;

    @Test
    void aCounterOfThreeWritersTakesAtMost400Bytes() {
        long before = used();
        MeetingReplica kept = grown();
        long each;
        try {
            each = (used() - before) / COUNTERS;
        } finally {
            Reference.reachabilityFence(kept);
        }
        System.out.println(COUNTERS + " counters of 3 writers take " + each + " bytes of heap each");
        assertThat(each).isLessThanOrEqualTo(BYTES_MAX);
    }

    /** The other two are garbage afterwards: what is left is one node's. */
    private static MeetingReplica grown() {
        MeetingReplica kept = new MeetingReplica("a");
        count(kept);
        for (String name : new String[] {"b", "c"}) {
            MeetingReplica other = new MeetingReplica(name);
            count(other);
            kept.meet(other);
        }
        assertThat(kept.value("shop/visits/" + (COUNTERS - 1))).isEqualTo(3L * COUNTERS);
        return kept;
    }

    private static void count(MeetingReplica node) {
        for (int i = 0; i < COUNTERS; i++) {
            node.cells("shop/visits/" + i).add(i + 1);
        }
        node.flush();
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
