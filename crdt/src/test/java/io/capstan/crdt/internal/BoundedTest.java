package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Bounded counters never fall below 0, whatever meets whatever in whatever order, and rights are never made of nothing. */
class BoundedTest {
    private final MeetingReplica a = new MeetingReplica("a");
    private final MeetingReplica b = new MeetingReplica("b");
    private final MeetingReplica c = new MeetingReplica("c");

    @Test
    void nobodyTakesWhatNobodyAdded() {
        assertThat(cells(a).take(1)).isFalse();
        cells(a).add(3);
        assertThat(cells(a).take(4)).isFalse();
        assertThat(cells(a).take(3)).isTrue();
        assertThat(cells(a).take(1)).isFalse();
        assertThat(cells(a).value()).isZero();
    }

    @Test
    void whatOneHasAnotherMayNotTakeBeforeItIsGiven() {
        cells(a).add(10);
        a.meet(b);
        assertThat(cells(b).value()).isEqualTo(10);
        assertThat(cells(b).take(1)).isFalse();
    }

    @Test
    void rightsThatAreWantedAreGivenAndTheCallThatWaitsIsServed() {
        cells(a).add(10);
        a.meet(b);
        CompletableFuture<Outcome> taken = take(b, 4);
        a.meet(b);
        a.meet(b);
        assertThat(taken.join()).isEqualTo(Outcome.DONE);
        a.meet(b);

        assertThat(cells(a).value()).isEqualTo(6);
        assertThat(cells(b).value()).isEqualTo(6);
        assertThat(cells(a).rights() + cells(b).rights()).isEqualTo(6);
    }

    @Test
    void moreThanThereIsIsNotGivenAndTheCallEndsWithNothingDone() {
        cells(a).add(3);
        CompletableFuture<Outcome> taken = take(b, 4);
        for (int i = 0; i < 5; i++) {
            a.meet(b);
        }
        assertThat(taken).isNotDone();
        b.counters.escrows().expire(2_000);
        assertThat(taken.join()).isEqualTo(Outcome.LATE);
        assertThat(cells(b).value()).isEqualTo(3);
        assertThat(cells(a).rights() + cells(b).rights()).isEqualTo(3);
    }

    @Test
    void aGiftThatIsOnItsWayIsNotMadeAgain() {
        cells(a).add(100);
        CompletableFuture<Outcome> taken = take(b, 10);
        a.meet(b);
        long left = cells(a).rights();
        // a hears the same wish again from somebody who has not heard of the gift.
        c.meet(b);
        a.meet(c);
        assertThat(cells(a).rights()).isEqualTo(left);
        assertThat(taken).as("b has not met a since").isNotDone();
    }

    @Test
    void whoStopsInOrderHandsItsRightsOver() {
        cells(a).add(7);
        a.meet(b);
        a.counters.escrows().leave(b.counters.table().slot());
        assertThat(cells(a).rights()).isZero();
        a.meet(b);

        assertThat(cells(b).rights()).isEqualTo(7);
        assertThat(cells(b).value()).isEqualTo(7);
    }

    @Test
    void whoStopsAsksForNothingAnyMore() {
        cells(a).add(7);
        a.meet(b);
        CompletableFuture<Outcome> taken = take(b, 4);
        b.flush();
        b.counters.escrows().leave(a.counters.table().slot());
        assertThat(taken.join()).isEqualTo(Outcome.STOPPED);

        a.meet(b);
        a.meet(b);

        assertThat(cells(a).rights()).isEqualTo(7);
    }

    @Test
    void rightsAreKeptAndTheValueNeverFallsBelowNothing() {
        for (long seed = 1; seed <= 300; seed++) {
            play(seed, false);
        }
    }

    @Test
    void aCrashTakesRightsWithItAndMakesNone() {
        for (long seed = 1; seed <= 300; seed++) {
            play(seed, true);
        }
    }

    private static void play(long seed, boolean crashes) {
        SplittableRandom random = new SplittableRandom(seed);
        List<MeetingReplica> nodes =
                new ArrayList<>(List.of(new MeetingReplica("a"), new MeetingReplica("b"), new MeetingReplica("c")));
        List<CompletableFuture<Outcome>> calls = new ArrayList<>();
        List<Long> amounts = new ArrayList<>();
        long made = 0;
        long takenAtOnce = 0;
        for (int step = 0; step < 120; step++) {
            MeetingReplica one = nodes.get(random.nextInt(3));
            MeetingReplica other = nodes.get(random.nextInt(3));
            long amount = random.nextInt(1, 6);
            if (crashes && random.nextInt(30) == 0) {
                nodes.set(nodes.indexOf(one), new MeetingReplica(one.id.name(), one.id.incarnation() + 1, step + 2L));
                continue;
            }
            switch (random.nextInt(6)) {
                case 0 -> {
                    cells(one).add(amount);
                    made += amount;
                }
                case 1 -> takenAtOnce += cells(one).take(amount) ? amount : 0;
                case 2 -> {
                    calls.add(take(one, amount));
                    amounts.add(amount);
                }
                case 3 -> one.counters.escrows().expire(random.nextBoolean() ? 2_000 : 0);
                default -> {
                    if (one != other) {
                        one.meet(other);
                    }
                }
            }
            long taken = takenAtOnce + served(calls, amounts);
            assertThat(made - taken).as("seed %d, step %d", seed, step).isNotNegative();
            nodes.forEach(node -> assertThat(cells(node).value()).isNotNegative());
        }
        nodes.forEach(node -> node.counters.escrows().expire(2_000));
        for (int i = 0; i < 6; i++) {
            nodes.get(0).meet(nodes.get(1));
            nodes.get(1).meet(nodes.get(2));
            nodes.get(2).meet(nodes.get(0));
        }
        long left = made - takenAtOnce - served(calls, amounts);
        long rights = nodes.stream().mapToLong(node -> cells(node).rights()).sum();
        if (crashes) {
            assertThat(rights).as("rights in the end of seed %d", seed).isLessThanOrEqualTo(left);
            return;
        }
        assertThat(rights).as("rights in the end of seed %d", seed).isEqualTo(left);
        nodes.forEach(node -> assertThat(cells(node).value())
                .as("seed %d at %s", seed, node.id)
                .isEqualTo(left));
    }

    private static long served(List<CompletableFuture<Outcome>> calls, List<Long> amounts) {
        long served = 0;
        for (int i = 0; i < calls.size(); i++) {
            served += calls.get(i).getNow(Outcome.LATE) == Outcome.DONE ? amounts.get(i) : 0;
        }
        return served;
    }

    private static CompletableFuture<Outcome> take(MeetingReplica node, long amount) {
        CompletableFuture<Outcome> outcome = new SameThread();
        node.counters.escrows().add(new Escrows.Waiting("k", amount, 1_000, outcome));
        return outcome;
    }

    /** Completed at once by whoever completes it: the test has no other threads. */
    private static final class SameThread extends CompletableFuture<Outcome> {
        @Override
        public java.util.concurrent.Executor defaultExecutor() {
            return Runnable::run;
        }
    }

    private static EscrowCells cells(MeetingReplica node) {
        return Objects.requireNonNull(node.book.bounded("k"));
    }
}
