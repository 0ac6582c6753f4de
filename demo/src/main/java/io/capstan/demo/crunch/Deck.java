package io.capstan.demo.crunch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which chunk is whose. What a lost node held is dealt again; that it counts once is the counters' affair.
 *
 * <p>When a node is to be killed, the first chunk that it gets after enough are counted is its last: it counts that chunk
 * and keeps the answer to itself, and nobody gets another before it is gone.
 */
final class Deck {
    private static final int NONE = -1;
    private static final int PERCENT = 100;

    private final List<Chunk> chunks;
    private final String victim;
    private final int percent;
    private final Deque<Integer> undealt = new ArrayDeque<>();
    private final Map<Integer, String> held = new HashMap<>();
    private final Set<Integer> counted = new HashSet<>();
    private int last = NONE;
    private boolean killed;

    /**
     * A chunk for one node.
     *
     * @param last it is the victim's last
     */
    record Dealt(int number, Chunk chunk, boolean last) {}

    Deck(List<Chunk> chunks, String victim, int percent) {
        this.chunks = List.copyOf(chunks);
        this.victim = victim;
        this.percent = percent;
        for (int i = 0; i < chunks.size(); i++) {
            undealt.add(i);
        }
    }

    /** The next chunk for {@code node}; null when there is none for it now. */
    @Nullable
    Dealt deal(String node) {
        boolean victimWaits = !victim.isEmpty() && !killed;
        boolean others = !node.equals(victim);
        // The victim's last chunk is kept for it.
        if (undealt.isEmpty() || (victimWaits && (last != NONE || (others && undealt.size() == 1)))) {
            return null;
        }
        int number = undealt.remove();
        held.put(number, node);
        boolean enough = counted.size() * PERCENT >= percent * chunks.size();
        if (victimWaits && !others && (enough || undealt.isEmpty())) {
            last = number;
        }
        return new Dealt(number, chunks.get(number), victimWaits && number == last);
    }

    /** Returns whether this is news. */
    boolean counted(int number) {
        held.remove(number);
        undealt.remove(number);
        return counted.add(number);
    }

    /** What {@code node} held is dealt again, before everything else. */
    void lost(String node) {
        killed |= node.equals(victim);
        held.entrySet().removeIf(entry -> {
            boolean its = entry.getValue().equals(node);
            if (its) {
                undealt.addFirst(entry.getKey());
            }
            return its;
        });
    }

    int size() {
        return chunks.size();
    }

    int countedSoFar() {
        return counted.size();
    }

    boolean allCounted() {
        return counted.size() == chunks.size();
    }

    /** The chunk that the victim holds and will not tell of; below 0 before and after. */
    int condemned() {
        return killed ? NONE : last;
    }
}
