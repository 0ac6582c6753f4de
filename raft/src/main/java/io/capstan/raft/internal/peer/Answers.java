package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.turn.LentThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What queries that were asked together have come to. It is told together, so that whoever asked on this node is woken once
 * for all of it; but not so much, or so late, that a quick answer waits for slow ones or a link has no room for all of it.
 * For one batch.
 */
final class Answers {
    static final int COUNT_MAX = 64;
    static final int BYTES_MAX = 128 * 1024;
    static final long NANOS_MAX = 200_000;

    private record Answer(Outcome outcome, Pending.Waiting waiting) {}

    private final List<Answer> answers = new ArrayList<>();
    private final LongSupplier clock;
    private int bytes;
    private long begunNanos;

    Answers(LongSupplier clock) {
        this.clock = clock;
        begunNanos = clock.getAsLong();
    }

    /** What one came to; told now, or with the next. */
    void add(Outcome outcome, Pending.Waiting waiting) {
        answers.add(new Answer(outcome, waiting));
        bytes += outcome.reply().length;
        if (answers.size() >= COUNT_MAX || bytes >= BYTES_MAX || clock.getAsLong() - begunNanos >= NANOS_MAX) {
            tell();
        }
    }

    /** Tells what was not told yet. */
    void tell() {
        if (!answers.isEmpty()) {
            // Not as a state machine's: what other groups' users have to decode is no affair of this one's thread.
            LentThreads.lend(() -> answers.forEach(answer -> answer.outcome().tell(answer.waiting())));
            answers.clear();
            bytes = 0;
            begunNanos = clock.getAsLong();
        }
    }
}
