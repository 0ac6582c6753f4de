package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.NameJudge;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Names that favour availability: whoever finds a name free wants it, and gives it up again. */
final class NameWorkload implements Workload {
    private final Turns keys = new Turns("name-", 6);

    @Override
    public String name() {
        return "names";
    }

    @Override
    public String service() {
        return "names";
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Script() {
            @Override
            public Ask next() {
                String key = keys.any(random);
                return switch (random.nextInt(8)) {
                    case 0, 1, 2 -> Ask.of("register", key);
                    case 3 -> Ask.of("unregister", key);
                    default -> Ask.of("whereis", key);
                };
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
