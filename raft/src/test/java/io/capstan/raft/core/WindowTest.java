package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WindowTest {
    private record Sent(long last, long weight) {}

    @Test
    void weighsWhatIsOnItsWay() {
        for (int seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Window window = new Window();
            ArrayDeque<Sent> model = new ArrayDeque<>();
            long last = 0;
            for (int step = 0; step < 400; step++) {
                int what = random.nextInt(10);
                if (what == 0 && random.nextInt(10) == 0) {
                    window.clear();
                    model.clear();
                } else if (what < 4) {
                    long upTo = last - random.nextInt(40);
                    window.release(upTo);
                    model.removeIf(sent -> sent.last() <= upTo);
                } else {
                    last += 1 + random.nextInt(3);
                    window.add(last, last % 7);
                    model.add(new Sent(last, last % 7));
                }
                assertThat(window.bytes())
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(model.stream().mapToLong(Sent::weight).sum());
            }
        }
    }
}
