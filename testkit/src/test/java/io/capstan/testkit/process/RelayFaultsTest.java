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

    private Subjects subjects() throws Exception {
        return new Subjects(directory, Instrument.RELAYS);
    }

    @Test
    void whatIsDelayedArrivesLaterInItsOrderThatWayAlone() throws Exception {
        try (Subjects subjects = subjects()) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            assertThat(subjects.dial("c", "b")).startsWith("ok");

            subjects.apply("delay a>b 300ms 100ms");
            String late = subjects.exchange("a", "b", 5_000);
            assertThat(late).startsWith("same");
            assertThat(Subjects.millis(late)).isGreaterThanOrEqualTo(200);
            assertThat(subjects.exchange("c", "b", 5_000)).startsWith("same");

            subjects.apply("delay a>b 0s; delay b>a 300ms");
            assertThat(Subjects.millis(subjects.exchange("a", "b", 10))).isGreaterThanOrEqualTo(300);

            subjects.apply("heal");
            Await.until("it is quick again", () -> Subjects.millis(subjects.exchange("a", "b", 10)) < 300);
        }
    }

    @Test
    void connectionsAreResetAndCanBeOpenedAgain() throws Exception {
        try (Subjects subjects = subjects()) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            assertThat(subjects.dial("c", "b")).startsWith("ok");
            assertThat(subjects.exchange("a", "b", 10)).startsWith("same");

            subjects.apply("reset a|b");
            assertThat(subjects.exchange("a", "b", 10)).startsWith("failed");
            assertThat(subjects.exchange("c", "b", 10)).startsWith("same");
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            assertThat(subjects.exchange("a", "b", 10)).startsWith("same");
        }
    }

    @Test
    void piecesThatComeTwiceOrOutOfOrderAreNoLongerWhatWasSent() throws Exception {
        try (Subjects subjects = subjects()) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");
            assertThat(subjects.exchange("a", "b", 20_000)).startsWith("same");
            subjects.apply("reorder a>b 100%");
            Await.until(
                    "pieces change places",
                    () -> subjects.exchange("a", "b", 60_000).startsWith("other"));

            subjects.apply("reorder a>b 0%; duplicate a>b 100%");
            assertThat(subjects.exchange("a", "b", 20_000)).startsWith("other");
        }
    }

    @Test
    void cutsAndPulledWiresHoldThroughRelaysToo() throws Exception {
        try (Subjects subjects = subjects()) {
            assertThat(subjects.dial("a", "b")).startsWith("ok");

            subjects.apply("cut a>b");
            assertThat(subjects.exchange("a", "b", 10)).isEqualTo("timeout");
            assertThat(subjects.dial("a", "b")).isEqualTo("timeout");

            subjects.apply("heal; cut b>a");
            assertThat(subjects.dial("c", "b")).startsWith("ok");
            assertThat(subjects.exchange("c", "b", 10)).startsWith("same");
            assertThat(subjects.dial("a", "b")).isEqualTo("timeout");

            subjects.apply("heal; down b");
            assertThat(subjects.dial("c", "a")).startsWith("ok");
            String came = subjects.dial("a", "b");
            assertThat(came.startsWith("ok") ? subjects.exchange("a", "b", 10) : came)
                    .isEqualTo("timeout");
        }
    }
}
