package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.GroupJudge;
import io.capstan.bench.torture.judge.Judge;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Groups that processes join and leave; now and then one ends. */
final class GroupWorkload implements Workload {
    private static final int ENDS = 40;

    private final Turns keys = new Turns("group-", 3);

    @Override
    public String name() {
        return "groups";
    }

    @Override
    public String service() {
        return "groups";
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Script() {
            @Override
            public Ask next() {
                String key = keys.any(random);
                if (random.nextInt(ENDS) == 0) {
                    return Ask.of("end", key);
                }
                return switch (random.nextInt(5)) {
                    case 0 -> Ask.of("join", key);
                    case 1 -> Ask.of("leave", key);
                    default -> Ask.of("members", key);
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
        // Members of a group that is forgotten would stay there for ever.
    }

    @Override
    public List<Ask> lastReads() {
        return keys.all().stream().map(key -> Ask.of("members", key)).toList();
    }

    @Override
    public Judge judge() {
        return new GroupJudge();
    }
}
