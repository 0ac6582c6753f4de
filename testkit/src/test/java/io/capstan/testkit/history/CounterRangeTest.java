package io.capstan.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The range of a counter")
class CounterRangeTest {
    private static List<String> read(long value, long from, long to, CounterRange.Add... adds) {
        return CounterRange.violations(List.of(adds), List.of(new CounterRange.Read("a", value, from, to)));
    }

    private static final CounterRange.Add SURE = new CounterRange.Add(5, 1, 2);
    private static final CounterRange.Add UNKNOWN = new CounterRange.Add(-3, 1, Operation.NEVER);
    private static final CounterRange.Add LATER = new CounterRange.Add(7, 20, 30);

    @Test
    void holdsWhatIsSureAndMayHoldWhatIsNot() {
        assertThat(read(5, 10, 11, SURE, UNKNOWN)).isEmpty();
        assertThat(read(2, 10, 11, SURE, UNKNOWN)).isEmpty();
        assertThat(read(1, 10, 11, SURE, UNKNOWN)).singleElement().asString().contains("between 2 and 5");
        assertThat(read(6, 10, 11, SURE, UNKNOWN)).hasSize(1);
    }

    @Test
    void mayHoldWhatIsUnderWayButNothingOfTheFuture() {
        assertThat(read(12, 10, 25, SURE, LATER)).isEmpty();
        assertThat(read(12, 10, 15, SURE, LATER)).hasSize(1);
        assertThat(read(5, 25, 26, SURE, LATER)).isEmpty();
        assertThat(read(5, 31, 32, SURE, LATER)).hasSize(1);
    }
}
