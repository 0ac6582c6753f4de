package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.CounterJudge;
import io.capstan.bench.torture.judge.Judge;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Counters that are added to on all nodes: some plainly, some under operations' ids. An operation of which nobody knows whether
 * it counts is tried again, mostly on another node, and so is one in four that surely does.
 */
final class CounterWorkload implements Workload {
    private static final List<String> PLAIN = List.of("plain-0", "plain-1");
    private static final List<String> ONCE = List.of("once-0", "once-1");

    /** Of those that surely count, one in so many is tried again. */
    private static final int NEEDLESS = 4;

    private final Queue<Ask> again = new ConcurrentLinkedQueue<>();
    private final AtomicLong operations = new AtomicLong();

    @Override
    public String name() {
        return "counters";
    }

    @Override
    public String service() {
        return "counters";
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 5) {
            @Override
            public Ask next() {
                int which = random.nextInt(PLAIN.size());
                long delta = random.nextInt(12) - 2L;
                return switch (random.nextInt(6)) {
                    case 0 -> Ask.of("read", PLAIN.get(which));
                    case 1 -> Ask.of("read", ONCE.get(which));
                    case 2, 3 -> Ask.of("add", PLAIN.get(which), LongNode.valueOf(delta));
                    default -> {
                        Ask before = again.poll();
                        yield before != null ? before : once(ONCE.get(which), delta);
                    }
                };
            }

            @Override
            public void told(Ask ask, Answer answer) {
                if (ask.f().equals("once") && (answer.unknown() || (answer.ok() && random.nextInt(NEEDLESS) == 0))) {
                    again.add(ask);
                }
            }
        };
    }

    private Ask once(String key, long delta) {
        return Ask.of(
                "once",
                key,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", "operation-" + operations.incrementAndGet())
                        .put("delta", delta));
    }

    @Override
    public void turn() {
        // Whatever was counted must stand at the end, however long ago.
    }

    @Override
    public List<Ask> lastReads() {
        return Stream.concat(PLAIN.stream(), ONCE.stream())
                .map(key -> Ask.of("read", key))
                .toList();
    }

    @Override
    public boolean survivesLossOfDisk() {
        return false;
    }

    @Override
    public Judge judge() {
        return new CounterJudge();
    }
}
