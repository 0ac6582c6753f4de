package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.LongNode;
import io.capstan.bench.torture.judge.ConsistentNameJudge;
import io.capstan.bench.torture.judge.Judge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Names with epochs: clients register them, look who has them in which epoch, and send in it, also when it is over. */
final class ConsistentNameWorkload extends KeyedWorkload {
    ConsistentNameWorkload() {
        super("consistent-names", "consistent-names", "capstan-names", new Turns("owner-", 4));
    }

    @Override
    public Script script(int client, String node, Random random) {
        // Whoever is cut off and claims waits for that: one in three only looks and sends, and so goes on.
        boolean claims = client % 3 != 2;
        return new Paced(random, 10) {
            private final Map<String, Long> known = new HashMap<>();
            /** What this client was given, as far as it knows: what others have it takes from nobody. */
            private final Set<String> given = new HashSet<>();

            @Override
            public Ask next() {
                String key = keys.any(random);
                return switch (claims ? random.nextInt(8) : 3 + random.nextInt(5)) {
                    case 0, 1 -> Ask.of("register", key);
                    case 2 -> Ask.of(given.contains(key) && !Turns.isForGood(key) ? "unregister" : "whereis", key);
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
                }
                if (ask.f().equals("register") && answer.ok()) {
                    given.add(ask.key());
                } else if (ask.f().equals("unregister")) {
                    given.remove(ask.key());
                } else if (ask.f().equals("send") && !answer.ok() && random.nextBoolean()) {
                    known.remove(ask.key());
                }
            }
        };
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("whereis", key);
    }

    @Override
    public Judge judge() {
        return new ConsistentNameJudge();
    }
}
