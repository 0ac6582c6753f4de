package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.ConsistentNameJudge;
import io.capstan.bench.torture.judge.Judge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names with epochs: clients register them, look who has them in which epoch, and send in it, also when it is over. */
final class ConsistentNameWorkload implements Workload {
    private final Turns keys = new Turns("owner-", 4);

    @Override
    public String name() {
        return "consistent-names";
    }

    @Override
    public String service() {
        return "consistent-names";
    }

    @Override
    public String group() {
        return "capstan-names";
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Script() {
            private final Map<String, Long> known = new HashMap<>();

            @Override
            public Ask next() {
                String key = keys.any(random);
                return switch (random.nextInt(8)) {
                    case 0, 1 -> Ask.of("register", key);
                    case 2 -> Ask.of("unregister", key);
                    case 3, 4 -> Ask.of("whereis", key);
                    default ->
                        known.containsKey(key)
                                ? Ask.of("send", key, LongNode.valueOf(known.getOrDefault(key, 0L)))
                                : Ask.of("whereis", key);
                };
            }

            @Override
            public void told(Ask ask, Answer answer) {
                boolean tells = ask.f().equals("whereis") || ask.f().equals("register");
                if (tells && answer.ok() && answer.value().asLong() > 0) {
                    known.put(ask.key(), answer.value().asLong());
                } else if (ask.f().equals("send") && !answer.ok() && random.nextBoolean()) {
                    known.remove(ask.key());
                }
            }

            @Override
            public Duration pause() {
                return Duration.ofMillis(10 + random.nextInt(30));
            }
        };
    }

    @Override
    public void turn() {
        keys.turn();
    }

    @Override
    public List<Ask> lastReads() {
        return keys.all().stream().map(key -> Ask.of("whereis", key)).toList();
    }

    @Override
    public Judge judge() {
        return new ConsistentNameJudge();
    }
}
