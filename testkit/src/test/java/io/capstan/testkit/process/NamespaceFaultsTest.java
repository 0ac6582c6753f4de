package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NamespaceFaultsTest {
    @TempDir
    Path directory;

    @Test
    void whatIsCutOneWayIsSilentThatWayAloneAlsoAfterARestartUntilItIsHealed() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES)) {
            assertThat(trio.dial("a", "b")).startsWith("ok");
            assertThat(trio.dial("c", "b")).startsWith("ok");

            trio.apply("cut a>b");
            assertThat(trio.exchange("a", "b", 10)).isEqualTo("timeout");
            assertThat(trio.dial("b", "a")).as("its answer does not arrive").isEqualTo("timeout");
            assertThat(trio.exchange("c", "b", 10)).startsWith("same");

            trio.apply("kill b");
            trio.restart("b");
            assertThat(trio.dial("a", "b")).isEqualTo("timeout");
            assertThat(trio.dial("c", "b")).startsWith("ok");

            trio.apply("heal a>b");
            assertThat(trio.dial("a", "b")).startsWith("ok");
        }
    }

    @Test
    void aCutThatIsHealedLeavesTheLossThatWasThereBefore() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES)) {
            trio.apply("loss a>b 100%; cut a|b; heal a|b");
            assertThat(trio.dial("a", "b")).isEqualTo("timeout");

            trio.apply("heal");
            assertThat(trio.dial("a", "b")).startsWith("ok");
        }
    }

    @Test
    void lostPacketsAreSentAgainSoThatAllOfAStreamComesLate() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES)) {
            assertThat(trio.dial("a", "b")).startsWith("ok");
            long calm = Trio.millis(trio.exchange("a", "b", 200_000));

            trio.apply("loss a|b 30%");
            Await.until("a lossy exchange takes longer than a calm one", () -> {
                String lossy = trio.exchange("a", "b", 200_000);
                return lossy.startsWith("timeout") || Trio.millis(lossy) > calm + 150;
            });
        }
    }

    @Test
    void aWireThatIsPulledIsSilentInAllDirectionsUntilItIsPluggedIn() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES)) {
            trio.apply("down b");
            assertThat(trio.dial("a", "b")).isEqualTo("timeout");
            assertThat(trio.dial("b", "c")).isEqualTo("timeout");
            assertThat(trio.dial("a", "c")).startsWith("ok");

            trio.apply("up b");
            Await.until("b is back", () -> trio.dial("a", "b").startsWith("ok"));
        }
    }

    @Test
    void aSlowWireCarriesNoMoreThanItsRateInEitherDirection() throws Exception {
        try (Trio trio = new Trio(directory, Instrument.NAMESPACES)) {
            trio.apply("slow a 512kbit");
            // 64 kB, of which 4 kB may be ahead.
            assertThat(Trio.millis(trio.pour("a", "b", 64_000))).isGreaterThan(800);
            assertThat(Trio.millis(trio.pour("b", "a", 64_000))).isGreaterThan(800);

            trio.apply("slow a off");
            Await.until("it is quick again", () -> Trio.millis(trio.pour("a", "b", 64_000)) < 800);
        }
    }
}
