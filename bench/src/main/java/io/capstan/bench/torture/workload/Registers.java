package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.RegisterJudge;
import io.capstan.bench.torture.node.MemberMain;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Registers with compare-and-set. */
final class Registers implements Workload {
    private static final int VALUES = 5;

    private final Turns keys = new Turns("r", 4);

    @Override
    public String name() {
        return "register";
    }

    @Override
    public String service() {
        return "register";
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
                String key = keys.any(random);
                int value = random.nextInt(VALUES);
                return switch (random.nextInt(3)) {
                    case 0 -> Ask.of("read", key);
                    case 1 -> Ask.of("write", key, IntNode.valueOf(value));
                    default ->
                        Ask.of(
                                "cas",
                                key,
                                JsonNodeFactory.instance
                                        .arrayNode()
                                        .add(random.nextInt(VALUES))
                                        .add(value));
                };
            }

            @Override
            public Duration pause() {
                return Duration.ofMillis(10 + random.nextInt(20));
            }
        };
    }

    @Override
    public void turn() {
        keys.turn();
    }

    @Override
    public List<Ask> lastReads() {
        return keys.all().stream().map(key -> Ask.of("read", key)).toList();
    }

    @Override
    public Judge judge() {
        return new RegisterJudge();
    }
}
