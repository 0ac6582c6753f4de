package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.bench.torture.judge.CrunchJudge;
import io.capstan.bench.torture.judge.Judge;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Files that are counted by all nodes together, one job at a time. */
final class CrunchWorkload implements Workload {
    private static final Duration JOB = Duration.ofSeconds(25);
    private static final int LINES = 6_000;

    /** Many, as where a file is cut matters. */
    private static final int FILES = 1_000;

    @Override
    public String name() {
        return "crunch";
    }

    @Override
    public String service() {
        return "crunch";
    }

    @Override
    public Script script(int client, String node, Random random) {
        return new Paced(random, 100) {
            @Override
            public Ask next() {
                return job(random.nextInt(FILES));
            }
        };
    }

    private static Ask job(int file) {
        return new Ask(
                "crunch",
                "words",
                JsonNodeFactory.instance.arrayNode().add(file).add(LINES),
                JOB);
    }

    @Override
    public void turn() {
        // Each job counts for itself.
    }

    /** One more on each node: it may be that all others were refused, as somebody who is gone counts for ever. */
    @Override
    public List<Ask> lastReads() {
        return List.of(job(FILES));
    }

    @Override
    public Judge judge() {
        return new CrunchJudge();
    }
}
