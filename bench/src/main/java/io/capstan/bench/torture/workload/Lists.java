package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.ListJudge;
import io.capstan.bench.torture.node.MemberMain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions that append to lists and read them, one to three at once. */
final class Lists extends KeyedWorkload {
    private static final int KEYS = 5;

    /** A list is written as a whole: before it is long, others begin. */
    private static final int ELEMENTS_MAX = 60 * KEYS;

    private final AtomicLong elements = new AtomicLong();

    Lists() {
        super("lists", "lists", MemberMain.GROUP, new Turns("l", KEYS));
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 10) {
            @Override
            public Ask next() {
                ArrayNode steps = JsonNodeFactory.instance.arrayNode();
                List<String> some = new ArrayList<>(keys.some(random, 1 + random.nextInt(3)));
                if (random.nextInt(3) == 0) {
                    // One of them twice: nobody may see what is in between.
                    some.add(some.get(0));
                }
                for (String key : some) {
                    if (random.nextInt(2) == 0) {
                        steps.addArray().add("read").add(key).addNull();
                    } else {
                        steps.addArray().add("append").add(key).add(element());
                    }
                }
                return Ask.of("txn", "", steps);
            }
        };
    }

    private long element() {
        long element = elements.incrementAndGet();
        if (element % ELEMENTS_MAX == 0) {
            keys.turn();
        }
        return element;
    }

    @Override
    Ask lastRead(String key) {
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        steps.addArray().add("read").add(key).addNull();
        return Ask.of("txn", "", steps);
    }

    @Override
    public Optional<Ask> copy() {
        return Optional.of(Ask.of("copy", ""));
    }

    @Override
    public Judge judge() {
        return new ListJudge();
    }
}
