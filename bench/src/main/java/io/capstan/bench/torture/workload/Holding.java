package io.capstan.bench.torture.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What a client of locks does: acquires, writes to what the lock guards, holds on for a while or for several times its time
 * to live, and gives it back.
 */
final class Holding implements Script {
    private static final int HOLDS_LONG = 12;
    private static final int RENEWALS = 12;

    private final Random random;
    private final Supplier<Ask> acquire;
    private final boolean writes;

    private String key = "";
    private long token;
    private int left;
    private boolean holds;

    /** @param writes whether the lock guards anything that minds who is the last */
    Holding(Random random, boolean writes, Supplier<Ask> acquire) {
        this.random = random;
        this.writes = writes;
        this.acquire = acquire;
    }

    @Override
    public Ask next() {
        if (!holds) {
            return acquire.get();
        } else if (left-- <= 0) {
            return Ask.of("release", key, LongNode.valueOf(token));
        }
        // Both are answered by its node alone. Of one that was paused somebody has asked just before it went on.
        return Ask.of(writes && left % 2 == 0 ? "write" : "renew", key, LongNode.valueOf(token))
                .hasty();
    }

    @Override
    public void told(Ask ask, Answer answer) {
        if (ask.f().equals("acquire") && answer.ok()) {
            key = ask.key();
            JsonNode granted = answer.value();
            token = granted.path("token").asLong();
            holds = true;
            left = random.nextInt(HOLDS_LONG) == 0 ? RENEWALS : random.nextInt(4);
        } else if (ask.f().equals("release") || (ask.f().equals("renew") && !answer.ok() && !answer.unknown())) {
            holds = false;
        } else if (answer.unknown()) {
            // Its node stands still, or is another by now, where the next renewal finds nothing.
            left = Math.max(2, left + left % 2); // A renewal is next.
        }
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(holds && left > 4 ? 300 : 5 + random.nextInt(30));
    }
}
