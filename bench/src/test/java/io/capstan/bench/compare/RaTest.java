package io.capstan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.bench.compare.Company.Load;
import io.capstan.bench.compare.Company.Outcome;
import io.capstan.bench.seat.Seating;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where it is not installed there is nothing to play: then {@link ContestantTest} says what the user is told. */
@DisplayName("ra")
class RaTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Contestant ra;

    @BeforeEach
    void isInstalled() throws IOException {
        ra = Contestants.all().stream()
                .filter(each -> each.name().equals("ra"))
                .findFirst()
                .orElseThrow();
        String missing = ra.missing();
        assumeTrue(missing == null, String.valueOf(missing));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void isWrittenToAndReadFromBothPlacesServesOnAfterAKillAndEndsWithItsStandardInput() throws IOException {
        Occasion occasion = new Occasion(Set.of("ra"), 1, 1, 1, 50, List.of(), directory, line -> {});
        try (Company company = new Company(ra, occasion)) {
            company.meet();
            for (String at : List.of(company.leader("raft"), Seating.CLIENT)) {
                isPlayed(company, at, new Load("write", 2, 50, 256));
                isPlayed(company, at, new Load("write", 3, 1, 256));
                isPlayed(company, at, new Load("read", 3, 1, 0));
                isPlayed(company, at, new Load("stale", 3, 1, 0));
            }

            // By one clock with ours: else there would be no stamp after the kill, or all of them long after.
            assertThat(company.gap(3, 256)).isPositive().isLessThan((double) SOON.toMillis());
            isPlayed(company, company.leader("raft"), new Load("write", 2, 50, 256));

            for (String each : List.of("a", "b", "c", Seating.CLIENT)) {
                company.child(each).end();
                assertThat(company.child(each).awaitEnd(SOON)).as(each).isTrue();
            }
        }
    }

    private static void isPlayed(Company company, String at, Load load) throws IOException {
        Outcome outcome = company.load(at, load, 0.05);
        assertThat(outcome.done()).as("%s at %s", load, at).isGreaterThanOrEqualTo(load.clients());
        assertThat(outcome.failed()).as("%s at %s", load, at).isZero();
        assertThat(outcome.medianMicros())
                .as("%s at %s", load, at)
                .isPositive()
                .isLessThanOrEqualTo(outcome.p99Micros());
        // Buckets are 1/128 wide at most.
        assertThat(outcome.p99Micros()).as("%s at %s", load, at).isLessThan(outcome.longestMicros() * 1.01);
    }
}
