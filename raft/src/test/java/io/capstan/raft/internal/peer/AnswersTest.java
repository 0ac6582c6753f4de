package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.wire.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private final List<ClientFrame.Reply> told = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE; // Where the clock begins means nothing.
    private final Answers answers = new Answers(() -> nowNanos);

    private void add(int number, int bytes) {
        ClientFrame.Read read = new ClientFrame.Read(number, "orders", 0, 0, 1_000, new byte[0]);
        answers.add(Outcome.reply(7, new byte[bytes]), new Pending.Waiting(read, told::add));
    }

    @Test
    void whatIsQuicklyKnownIsToldTogetherAndInOrder() {
        for (int number = 1; number <= 9; number++) {
            add(number, 10);
        }
        assertThat(told).isEmpty();
        answers.tell();
        assertThat(told).extracting(ClientFrame.Reply::correlation).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        answers.tell();
        assertThat(told).as("once").hasSize(9);
    }

    @Test
    void whatTookLongIsToldAtOnceAndSoIsWhatWaitedForIt() {
        add(1, 10);
        nowNanos += Answers.NANOS_MAX;
        add(2, 10);
        assertThat(told).hasSize(2);
        add(3, 10);
        assertThat(told).as("the time begins anew").hasSize(2);
    }

    @Test
    void noMoreBytesAreTogetherThanALinkHasRoomFor() {
        for (int number = 1; number < 4; number++) {
            add(number, Answers.BYTES_MAX / 4);
        }
        assertThat(told).isEmpty();
        add(4, Answers.BYTES_MAX / 4);
        assertThat(told).hasSize(4);
    }

    @Test
    void norMoreAnswersThanAFewDozen() {
        for (int number = 1; number < Answers.COUNT_MAX; number++) {
            add(number, 0);
        }
        assertThat(told).isEmpty();
        add(Answers.COUNT_MAX, 0);
        assertThat(told).hasSize(Answers.COUNT_MAX);
    }
}
