package io.capstan.actors.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The first half of an orderly stop. */
class DepartureTest {
    private final List<String> done = new CopyOnWriteArrayList<>();

    private static Departure within(Duration within) {
        return new Departure(within, Runnable::run);
    }

    private void step(Departure departure, Leaving stage, String name) {
        departure.add(stage, () -> {
            done.add(name);
            return CompletableFuture.completedStage(null);
        });
    }

    @Test
    void stagesComeInTheirOrderWhateverOrderTheyWereAddedInAndEachOnce() {
        Departure departure = within(Duration.ofMinutes(1));
        step(departure, Leaving.LEADERSHIP, "lead");
        step(departure, Leaving.LOCKS, "locks");
        step(departure, Leaving.NAMES, "names");

        departure.upTo(Leaving.NAMES).join();
        assertThat(done).containsExactly("names");
        departure.upTo(Leaving.LEADERSHIP).join();
        departure.upTo(Leaving.LEADERSHIP).join();

        assertThat(done).containsExactly("names", "locks", "lead");
    }

    @Test
    void aStageWaitsForAllStepsOfTheOneBefore() {
        Departure departure = within(Duration.ofMinutes(1));
        CompletableFuture<Void> heard = new CompletableFuture<>();
        departure.add(Leaving.NAMES, () -> heard);
        step(departure, Leaving.NAMES, "names");
        step(departure, Leaving.LOCKS, "locks");

        CompletableFuture<Void> left = departure.upTo(Leaving.LEADERSHIP);
        assertThat(done).containsExactly("names");
        heard.complete(null);

        left.join();
        assertThat(done).containsExactly("names", "locks");
    }

    @Test
    void nobodyIsWaitedForForEver() throws Exception {
        Departure departure = within(Duration.ofMillis(20));
        departure.add(Leaving.NAMES, CompletableFuture::new);
        step(departure, Leaving.LOCKS, "locks");

        departure.upTo(Leaving.LEADERSHIP).get(20, TimeUnit.SECONDS);

        assertThat(done).containsExactly("locks");
    }

    @Test
    void aStepThatFailsOrDoesNotBeginKeepsNoOther() {
        Departure departure = within(Duration.ofMinutes(1));
        departure.add(Leaving.NAMES, () -> CompletableFuture.failedStage(new IllegalStateException("no majority")));
        departure.add(Leaving.NAMES, () -> {
            throw new IllegalStateException("a bug");
        });
        step(departure, Leaving.NAMES, "names");
        step(departure, Leaving.LOCKS, "locks");

        departure.upTo(Leaving.LEADERSHIP).join();

        assertThat(done).containsExactly("names", "locks");
    }
}
