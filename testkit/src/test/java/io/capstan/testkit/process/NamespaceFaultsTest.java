package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Await;
import io.capstan.testkit.Cuts;
import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NamespaceFaultsTest {
    @TempDir
    Path directory;

    @Test
    void whatIsCutOneWayIsSilentThatWayAloneAlsoAfterARestartUntilItIsHealed() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES)) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            assertThat(subjects.dial("c", "b")).startsWith("ok");

            subjects.apply("cut a>b");
            assertThat(subjects.exchange("a", "b", 10)).isEqualTo("timeout");
            assertThat(subjects.dial("b", "a")).as("its answer does not arrive").isEqualTo("timeout");
            assertThat(subjects.exchange("c", "b", 10)).startsWith("same");

            subjects.apply("kill b");
            subjects.restart("b");
            assertThat(subjects.dial("a", "b")).isEqualTo("timeout");
            assertThat(subjects.dial("c", "b")).startsWith("ok");

            subjects.apply("heal a>b");
            assertThat(subjects.dial("a", "b")).startsWith("ok");
        }
    }

    @Test
    void aCutThatIsHealedLeavesTheLossThatWasThereBefore() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES)) {
            subjects.apply("loss a>b 100%; cut a|b; heal a|b");
            assertThat(subjects.dial("a", "b")).isEqualTo("timeout");

            subjects.apply("heal");
            assertThat(subjects.dial("a", "b")).startsWith("ok");
        }
    }

    @Test
    void lostPacketsAreSentAgainSoThatAllOfAStreamComesLate() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES)) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            long calm = Subjects.millis(subjects.exchange("a", "b", 200_000));

            subjects.apply("loss a|b 30%");
            Await.until("a lossy exchange takes longer than a calm one", () -> {
                String lossy = subjects.exchange("a", "b", 200_000);
                return lossy.startsWith("timeout") || Subjects.millis(lossy) > calm + 150;
            });
        }
    }

    @Test
    void aWireThatIsPulledIsSilentInAllDirectionsUntilItIsPluggedIn() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES)) {
            subjects.apply("down b");
            assertThat(subjects.dial("a", "b")).isEqualTo("timeout");
            assertThat(subjects.dial("b", "c")).isEqualTo("timeout");
            assertThat(subjects.dial("a", "c")).startsWith("ok");

            subjects.apply("up b");
            Await.until("b is back", () -> subjects.dial("a", "b").startsWith("ok"));
        }
    }

    @Test
    void cutsOfFiveReachTheProcessesAsTheyAreDrawn() throws Exception {
        List<String> five = List.of("a", "b", "c", "d", "e");
        try (Subjects subjects = new Subjects(directory, five, Instrument.NAMESPACES)) {
            assertThat(heard(subjects, Cuts.isolate(five, new Random(1)))).containsExactly(0, 3, 3, 3, 3);
            assertThat(heard(subjects, Cuts.halves(five, new Random(1)))).containsExactly(1, 1, 2, 2, 2);
            assertThat(heard(subjects, Cuts.bridge(five, new Random(1)))).containsExactly(2, 2, 2, 2, 4);
            assertThat(heard(subjects, Cuts.majoritiesRing(five, new Random(1))))
                    .containsExactly(2, 2, 2, 2, 2);
        }
    }

    /** How many others each can still speak with, the fewest first. */
    private static List<Integer> heard(Subjects subjects, List<Fault> cuts) throws Exception {
        subjects.apply(new Faults(cuts).toString());
        // At once, as each that comes to nothing takes its time.
        List<CompletableFuture<Integer>> counts = subjects.cluster.names().stream()
                .map(from -> CompletableFuture.supplyAsync(() -> heard(subjects, from)))
                .toList();
        List<Integer> sorted =
                counts.stream().map(CompletableFuture::join).sorted().toList();
        subjects.apply("heal");
        return sorted;
    }

    private static int heard(Subjects subjects, String from) {
        int count = 0;
        for (String to : subjects.cluster.names()) {
            try {
                count += !from.equals(to) && subjects.dial(from, to).startsWith("ok") ? 1 : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return count;
    }

    @Test
    void aSlowWireCarriesNoMoreThanItsRateInEitherDirection() throws Exception {
        try (Subjects subjects = new Subjects(directory, Instrument.NAMESPACES)) {
            subjects.apply("slow a 512kbit");
            // 64 kB, of which 4 kB may be ahead.
            assertThat(Subjects.millis(subjects.pour("a", "b", 64_000))).isGreaterThan(800);
            assertThat(Subjects.millis(subjects.pour("b", "a", 64_000))).isGreaterThan(800);

            subjects.apply("slow a off");
            Await.until("it is quick again", () -> Subjects.millis(subjects.pour("a", "b", 64_000)) < 800);
        }
    }
}
