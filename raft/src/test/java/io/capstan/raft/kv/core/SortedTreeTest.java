package io.capstan.raft.kv.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.kv.KeyEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {
    private static KeyEntry entry(String key, long version) {
        return new KeyEntry(key, new byte[0], version, version);
    }

    private static List<KeyEntry> range(SortedTree tree, String from, String to) {
        List<KeyEntry> found = new ArrayList<>();
        tree.visit(from, to, found::add);
        return found;
    }

    @Test
    void itHoldsWhatASortedMapHoldsStaysBalancedAndEarlierTreesStayAsTheyWere() {
        long seed = Long.getLong("tree.seed", System.nanoTime());
        String replay = "replay: mvn -pl raft -am test -Dtest=SortedTreeTest -Dtree.seed=" + seed;
        Random chance = new Random(seed);
        for (int round = 0; round < 20; round++) {
            TreeMap<String, KeyEntry> map = new TreeMap<>();
            SortedTree tree = SortedTree.EMPTY;
            SortedTree earlier = tree;
            List<KeyEntry> earlierEntries = List.of();
            int keys = 1 + chance.nextInt(300);
            for (int i = 0; i < 2000; i++) {
                String key = "k" + chance.nextInt(keys);
                if (chance.nextInt(3) == 0) {
                    map.remove(key);
                    tree = tree.without(key);
                } else {
                    map.put(key, entry(key, i));
                    tree = tree.with(entry(key, i));
                }
                if (chance.nextInt(200) == 0) {
                    assertThat(earlier.all()).as(replay).isEqualTo(earlierEntries);
                    earlier = tree;
                    earlierEntries = tree.all();
                }
                assertThat(tree.isBalanced()).as(replay).isTrue();
            }
            assertThat(tree.all()).as(replay).isEqualTo(List.copyOf(map.values()));
            assertThat(tree.size()).as(replay).isEqualTo(map.size());
            assertThat(tree.get("k0")).as(replay).isEqualTo(map.get("k0"));
            assertThat(range(tree, "k1", "k2"))
                    .as(replay)
                    .isEqualTo(List.copyOf(map.subMap("k1", "k2").values()));
            assertThat(range(tree, "k1", ""))
                    .as(replay)
                    .isEqualTo(List.copyOf(map.tailMap("k1").values()));
        }
    }

    @Test
    void keysThatComeInOrderMakeNoList() {
        SortedTree tree = SortedTree.EMPTY;
        for (int i = 0; i < 100_000; i++) {
            tree = tree.with(entry("%08d".formatted(i), i));
        }
        assertThat(tree.isBalanced()).isTrue();
        assertThat(tree.size()).isEqualTo(100_000);
    }
}
