package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.NameJudge;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Names that favour availability: whoever finds a name free wants it, and gives it up again. */
final class NameWorkload extends KeyedWorkload {
    NameWorkload() {
        super("names", "names", "", new Turns("name-", 6));
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 10) {
            /** What this client was given, as far as it knows: what others have it takes from nobody. */
            private final Set<String> given = new HashSet<>();

            @Override
            public Ask next() {
                String key = keys.any(random);
                return switch (random.nextInt(8)) {
                    case 0, 1, 2 -> Ask.of("register", key);
                    case 3 -> Ask.of(given.contains(key) && !Turns.isForGood(key) ? "unregister" : "whereis", key);
                    default -> Ask.of("whereis", key);
                };
            }

            @Override
            public void told(Ask ask, Answer answer) {
                if (ask.f().equals("register") && answer.ok()) {
                    given.add(ask.key());
                } else if (ask.f().equals("unregister")) {
                    given.remove(ask.key());
                }
            }
        };
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("whereis", key);
    }

    /** Who believes that he has it. */
    @Override
    public List<Ask> ownReads() {
        return keys.all().stream().map(key -> Ask.of("believers", key)).toList();
    }

    /** Names are judged once the network has stood still for a while. */
    @Override
    public Duration calm() {
        return Duration.ofSeconds(9);
    }

    @Override
    public Judge judge() {
        return new NameJudge();
    }
}
