package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.CounterJudge;
import io.capstan.bench.torture.judge.Judge;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Counters that are added to on all nodes: some plainly, some under operations' ids. */
final class CounterWorkload implements Workload {
    private static final List<String> COUNTERS = List.of("plain-0", "plain-1", "once-0", "once-1");

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
        return new Script() {
            @Override
            public Ask next() {
                String key = COUNTERS.get(random.nextInt(COUNTERS.size()));
                return random.nextInt(3) == 0
                        ? Ask.of("read", key)
                        : Ask.of("add", key, LongNode.valueOf(random.nextInt(12) - 2L));
            }

            @Override
            public Duration pause() {
                return Duration.ofMillis(5 + random.nextInt(15));
            }
        };
    }

    @Override
    public void turn() {
        // Whatever was counted must stand at the end, however long ago.
    }

    @Override
    public List<Ask> lastReads() {
        return COUNTERS.stream().map(key -> Ask.of("read", key)).toList();
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
