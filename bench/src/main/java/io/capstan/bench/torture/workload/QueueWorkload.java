package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.QueueJudge;
import io.capstan.bench.torture.node.MemberMain;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Effects of a group: numbers that are to be delivered, each once. */
final class QueueWorkload extends KeyedWorkload {
    private static final String QUEUE = "queue";

    private final AtomicLong numbers = new AtomicLong();

    QueueWorkload() {
        super("queue", "queue", MemberMain.GROUP, new Turns(QUEUE, 1));
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 10) {
            @Override
            public Ask next() {
                return Ask.of("enqueue", QUEUE, LongNode.valueOf(numbers.incrementAndGet()));
            }
        };
    }

    @Override
    public void turn() {
        // What is under way belongs to no turn.
    }

    /** There is nothing that every node could say. */
    @Override
    public List<Ask> lastReads() {
        return List.of();
    }

    @Override
    public List<Ask> ownReads() {
        return List.of(lastRead(QUEUE));
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("delivered", key);
    }

    @Override
    public Optional<Ask> copy() {
        return Optional.of(Ask.of("copy", ""));
    }

    @Override
    public Judge judge() {
        return new QueueJudge();
    }
}
