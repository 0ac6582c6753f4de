package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A listing of many names")
class ListingTest {
    private static final Listing LISTING = new Listing(() -> List.of("b", "a2", "c", "a1", "a", "a3"));

    @Test
    @DisplayName("pages through them in their order, from any place, those with a prefix only")
    void pages() {
        assertThat(LISTING.page("", "", 2)).isEqualTo(new Listing.Page(6, List.of("a", "a1")));
        assertThat(LISTING.page("", "a1\0", 2)).isEqualTo(new Listing.Page(6, List.of("a2", "a3")));
        assertThat(LISTING.page("a", "a3", 9)).isEqualTo(new Listing.Page(4, List.of("a3")));
        assertThat(LISTING.page("a", "b", 9)).isEqualTo(new Listing.Page(4, List.of()));
        assertThat(LISTING.page("b", "", 9)).isEqualTo(new Listing.Page(1, List.of("b")));
        assertThat(LISTING.page("x", "", 9)).isEqualTo(new Listing.Page(0, List.of()));
        assertThat(LISTING.page("", "", 0)).isEqualTo(new Listing.Page(6, List.of()));
    }

    @Test
    @DisplayName("is not made anew for everybody who looks at it")
    void isKept() {
        AtomicInteger made = new AtomicInteger();
        Listing slow = new Listing(() -> {
            made.incrementAndGet();
            // A millisecond of work, whatever the machine.
            long end = System.nanoTime() + 1_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return List.of("a");
        });
        long start = System.nanoTime();
        int looked = 0;
        while (System.nanoTime() - start < 50_000_000) {
            slow.page("", "", 1);
            looked++;
        }
        assertThat(looked).isGreaterThan(made.get());
        // A millisecond of work is good for 100 ms.
        assertThat(made.get()).isLessThanOrEqualTo(1 + (int) ((System.nanoTime() - start) / 100_000_000));
    }
}
