package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RelayFaultsTest {
    @TempDir
    Path directory;

    private Trio trio() throws Exception {
        return new Trio(directory, Instrument.RELAYS);
    }

    @Test
    void whatIsDelayedArrivesLaterInItsOrderThatWayAlone() throws Exception {
        try (Trio trio = trio()) {
            assertThat(trio.dial("a", "b")).startsWith("ok");
            assertThat(trio.dial("c", "b")).startsWith("ok");

            trio.apply("delay a>b 300ms 100ms");
            String late = trio.exchange("a", "b", 5_000);
            assertThat(late).startsWith("same");
            assertThat(Trio.millis(late)).isGreaterThanOrEqualTo(200);
            assertThat(trio.exchange("c", "b", 5_000)).startsWith("same");

            trio.apply("delay a>b 0s; delay b>a 300ms");
            assertThat(Trio.millis(trio.exchange("a", "b", 10))).isGreaterThanOrEqualTo(300);

            trio.apply("heal");
            Await.until("it is quick again", () -> Trio.millis(trio.exchange("a", "b", 10)) < 300);
        }
    }

    @Test
    void connectionsAreResetAndCanBeOpenedAgain() throws Exception {
        try (Trio trio = trio()) {
            assertThat(trio.dial("a", "b")).startsWith("ok");
            assertThat(trio.dial("c", "b")).startsWith("ok");
            assertThat(trio.exchange("a", "b", 10)).startsWith("same");

            trio.apply("reset a|b");
            assertThat(trio.exchange("a", "b", 10)).startsWith("failed");
            assertThat(trio.exchange("c", "b", 10)).startsWith("same");
            assertThat(trio.dial("a", "b")).startsWith("ok");
            assertThat(trio.exchange("a", "b", 10)).startsWith("same");
        }
    }

    @Test
    void piecesThatComeTwiceOrOutOfOrderAreNoLongerWhatWasSent() throws Exception {
        try (Trio trio = trio()) {
            assertThat(trio.dial("a", "b")).startsWith("ok");
            assertThat(trio.exchange("a", "b", 20_000)).startsWith("same");
            trio.apply("reorder a>b 100%");
            Await.until(
                    "pieces change places",
                    () -> trio.exchange("a", "b", 60_000).startsWith("other"));

            trio.apply("reorder a>b 0%; duplicate a>b 100%");
            assertThat(trio.exchange("a", "b", 20_000)).startsWith("other");
        }
    }

    @Test
    void cutsAndPulledWiresHoldThroughRelaysToo() throws Exception {
        try (Trio trio = trio()) {
            assertThat(trio.dial("a", "b")).startsWith("ok");

            trio.apply("cut a>b");
            assertThat(trio.exchange("a", "b", 10)).isEqualTo("timeout");
            assertThat(trio.dial("a", "b")).isEqualTo("timeout");

            trio.apply("heal; cut b>a");
            assertThat(trio.dial("c", "b")).startsWith("ok");
            assertThat(trio.exchange("c", "b", 10)).startsWith("same");
            assertThat(trio.dial("a", "b")).isEqualTo("timeout");

            trio.apply("heal; down b");
            assertThat(trio.dial("c", "a")).startsWith("ok");
            String came = trio.dial("a", "b");
            assertThat(came.startsWith("ok") ? trio.exchange("a", "b", 10) : came)
                    .isEqualTo("timeout");
        }
    }
}
