package io.capstan.bench.torture.workload;

import io.capstan.bench.torture.judge.GroupJudge;
import io.capstan.bench.torture.judge.Judge;
import java.util.Random;

/** Groups that processes join and leave; now and then one ends. */
final class GroupWorkload extends KeyedWorkload {
    private static final int ENDS = 40;

    GroupWorkload() {
        super("groups", "groups", "", new Turns("group-", 3));
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 10) {
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
        };
    }

    @Override
    public void turn() {
        // Members of a group that is forgotten would stay there for ever.
    }

    @Override
    Ask lastRead(String key) {
        return Ask.of("members", key);
    }

    @Override
    public Judge judge() {
        return new GroupJudge();
    }
}
