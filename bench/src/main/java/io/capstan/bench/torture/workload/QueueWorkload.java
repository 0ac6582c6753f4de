package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.QueueJudge;
import io.capstan.bench.torture.node.MemberMain;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Effects of a group: numbers that are to be delivered, each once. */
final class QueueWorkload implements Workload {
    private final AtomicLong numbers = new AtomicLong();

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String service() {
        return "queue";
    }

    @Override
    public String group() {
        return MemberMain.GROUP;
    }

    @Override
    public boolean makesGroup() {
        return true;
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Script() {
            @Override
            public Ask next() {
                return Ask.of("enqueue", "queue", LongNode.valueOf(numbers.incrementAndGet()));
            }

            @Override
            public Duration pause() {
                return Duration.ofMillis(10 + random.nextInt(20));
            }
        };
    }

    @Override
    public void turn() {
        // What is under way belongs to no turn.
    }

    @Override
    public List<Ask> lastReads() {
        return List.of(Ask.of("delivered", "queue"));
    }

    /** Each says what it got itself. */
    @Override
    public boolean agrees() {
        return false;
    }

    @Override
    public Judge judge() {
        return new QueueJudge();
    }
}
