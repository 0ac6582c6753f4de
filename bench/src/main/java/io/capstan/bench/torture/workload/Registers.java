package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.RegisterJudge;
import io.capstan.bench.torture.node.MemberMain;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Registers with compare-and-set. No value is written twice: of few values, one or the other is always being written while an
 * old one is read, and the read passes.
 *
 * <p>One client in three only reads, and waits for no answer that does not come at once: so of a node that was paused
 * somebody has asked just before it went on, long after others wrote.
 */
final class Registers extends KeyedWorkload {
    private final AtomicInteger values = new AtomicInteger();

    Registers() {
        super("register", "register", MemberMain.GROUP, new Turns("r", 4));
    }

    @Override
    public Script script(int client, String node, Random random) {
        return client % 3 == 2 ? new Reader(random) : new Writer(random);
    }

    private final class Reader extends Paced {
        Reader(Random random) {
            super(random, 10);
        }

        @Override
        public Ask next() {
            return Ask.of("read", keys.any(random)).hasty();
        }
    }

    private final class Writer extends Paced {
        /** What was last there, as far as this client knows: random guesses would hardly ever match. */
        private final Map<String, Integer> known = new HashMap<>();

        Writer(Random random) {
            super(random, 10);
        }

        @Override
        public Ask next() {
            String key = keys.any(random);
            Integer expected = known.get(key);
            return switch (random.nextInt(3)) {
                case 0 -> Ask.of("write", key, IntNode.valueOf(values.incrementAndGet()));
                case 1 ->
                    expected == null
                            ? Ask.of("read", key)
                            : Ask.of(
                                    "cas",
                                    key,
                                    JsonNodeFactory.instance
                                            .arrayNode()
                                            .add(expected)
                                            .add(values.incrementAndGet()));
                default -> Ask.of("read", key);
            };
        }

        @Override
        public void told(Ask ask, Answer answer) {
            if (answer.ok() && !answer.value().isNull()) {
                known.put(
                        ask.key(),
                        answer.value().isArray()
                                ? answer.value().get(1).asInt()
                                : answer.value().asInt());
            } else {
                known.remove(ask.key());
            }
        }
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("read", key);
    }

    @Override
    public Optional<Ask> copy() {
        return Optional.of(Ask.of("copy", ""));
    }

    @Override
    public Judge judge() {
        return new RegisterJudge();
    }
}
