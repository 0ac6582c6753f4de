package io.capstan.testkit.lease;

import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.pekko.coordination.lease.LeaseException;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What Pekko's users of a Lease count on. Any implementation can run it, by a class of its tests that extends this: the eight
 * cases that Pekko Management publishes for its own (LeaseSpec), and the seven things that one does wrong, as cases.
 */
@Timeout(60)
public abstract class LeaseContract {
    /** As long as a lease is to outlive its holder. */
    protected static final Duration TTL = ofSeconds(2);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static final Duration LIMIT = ofSeconds(30);

    private final String name = "lease-" + NAMES.incrementAndGet();

    /** A lease of an owner, who lives on a node of its own: the same instance for the same owner, or another. */
    protected abstract Lease lease(String name, String owner);

    /** The owner's node can speak with nobody. */
    protected abstract void cutOff(String owner);

    /** It can again. */
    protected abstract void heal();

    /** The owner's process wakes up after a pause of that length, before anything in it has run. */
    protected abstract void pausedFor(String owner, Duration pause);

    /** The owner's wall clock is ahead of the others' by that much, from before it made its lease. */
    protected abstract void wallClockAhead(String owner, Duration ahead);

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(failed);
        }
    }

    private static void await(String what, Await.Condition condition) {
        Await.until(what, LIMIT, condition);
    }

    private Lease one() {
        return lease(name, "one");
    }

    private Lease two() {
        return lease(name, "two");
    }

    // As published.

    @Test
    void ownersHaveInstancesOfTheirOwn() {
        assertNotSame(one(), two());
        assertEquals("one", one().getSettings().ownerName());
        assertEquals(name, one().getSettings().leaseName());
    }

    @Test
    void aFreeLeaseIsAcquired() {
        Lease one = one();
        assertFalse(one.checkLease(), "before");
        assertTrue(get(one.acquire()));
        assertTrue(one.checkLease());
    }

    @Test
    void itsOwnerAcquiresItAgain() {
        Lease one = one();
        assertTrue(get(one.acquire()));
        assertTrue(get(one.acquire()));
        assertTrue(one.checkLease());
        assertFalse(two().checkLease());
    }

    @Test
    void anotherDoesNotAcquireWhatIsTaken() {
        Lease two = two();
        assertTrue(get(one().acquire()));
        assertFalse(get(two.acquire()));
        assertFalse(two.checkLease());
    }

    @Test
    void itIsHeldForLongerThanItsTimeToLive() {
        Lease one = one();
        assertTrue(get(one.acquire()));
        long end = System.nanoTime() + TTL.multipliedBy(2).toNanos();
        AtomicBoolean always = new AtomicBoolean(true);
        await("twice its time to live", () -> {
            always.compareAndSet(true, one.checkLease());
            return System.nanoTime() > end;
        });
        assertTrue(always.get());
        assertFalse(get(two().acquire()));
    }

    @Test
    void anotherDoesNotReleaseIt() {
        Lease one = one();
        assertTrue(get(one.acquire()));
        CompletionStage<Boolean> foreign = two().release();
        LeaseException refused = assertThrows(LeaseException.class, () -> get(foreign));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("Tried to release a lease that is not acquired"),
                refused::toString);
        assertTrue(one.checkLease());
    }

    @Test
    void itsOwnerReleasesIt() {
        Lease one = one();
        assertTrue(get(one.acquire()));
        assertTrue(get(one.release()));
        assertFalse(one.checkLease());
    }

    @Test
    void anotherAcquiresWhatWasReleased() {
        Lease one = one();
        Lease two = two();
        assertTrue(get(one.acquire()));
        assertTrue(get(one.release()));
        assertTrue(get(two.acquire()));
        assertTrue(two.checkLease());
        assertFalse(get(one.acquire()));
        assertFalse(one.checkLease());
    }

    // What the published implementation does wrong.

    /** LeaseActor answers "acquired" to a request repeated while it is granting, before the write that decides. */
    @Test
    void nobodyIsToldOfALeaseBeforeItIsDecided() {
        Lease one = one();
        Lease two = two();
        for (int i = 0; i < 5; i++) {
            List<CompletionStage<Boolean>> asked = List.of(one.acquire(), two.acquire(), one.acquire(), two.acquire());
            List<Boolean> told = asked.stream().map(LeaseContract::get).toList();
            assertEquals(told.get(0), told.get(2));
            assertNotEquals(told.get(0), told.get(1));
            assertEquals(told.get(1), told.get(3));
            assertEquals(told.get(0), one.checkLease());
            assertTrue(get((told.get(0) ? one : two).release()));
        }
    }

    /** It does not set its flag when the same owner is granted again. */
    @Test
    void whatIsAcquiredAgainIsHeldAllTheTime() {
        Lease one = one();
        assertTrue(get(one.acquire()));
        for (int i = 0; i < 20; i++) {
            CompletionStage<Boolean> again = one.acquire(cause -> {});
            assertTrue(one.checkLease());
            assertTrue(get(again));
            assertTrue(one.checkLease());
        }
    }

    /** A release while it acquires is an error there, and then the acquire goes on: a lease that nobody knows of. */
    @Test
    void aReleaseWhileItIsAcquiredLeavesNothingBehind() {
        Lease one = one();
        CompletionStage<Boolean> acquired = one.acquire();
        assertTrue(get(one.release()));
        get(acquired); // Either, but something.
        assertFalse(one.checkLease());
        assertTrue(get(two().acquire()));
    }

    /** A second request is never answered there. */
    @Test
    void whoeverAsksIsAnsweredAlsoWithoutAMajority() {
        Lease one = one();
        get(one.acquire());
        get(one.release());
        cutOff("one");
        List<CompletionStage<Boolean>> asked =
                Stream.generate(one::acquire).limit(5).toList();
        for (CompletionStage<Boolean> each : asked) {
            assertThrows(LeaseException.class, () -> get(each));
        }
        assertFalse(one.checkLease());
        heal();
        await("an acquire", () -> get(one.acquire()));
    }

    /** One heartbeat that fails is a lost lease there. */
    @Test
    void aShortCutIsNoLoss() {
        Lease one = one();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertTrue(get(one.acquire(lost::add)));
        for (int i = 0; i < 2; i++) {
            cutOff("one");
            long end = System.nanoTime() + TTL.dividedBy(4).toNanos();
            await("a short while", () -> System.nanoTime() > end);
            heal();
            long healed = System.nanoTime() + TTL.toNanos();
            await("a while", () -> System.nanoTime() > healed);
        }
        assertTrue(one.checkLease());
        assertEquals(List.of(), lost);
    }

    /** It compares wall clocks of different nodes. */
    @Test
    void anOwnerWhoseClockIsAheadTakesNothingFromAnother() {
        wallClockAhead("two", Duration.ofHours(1));
        Lease one = one();
        assertTrue(get(one.acquire()));
        assertFalse(get(two().acquire()));
        assertTrue(one.checkLease());
    }

    /** Its check is a flag, which says true after any pause. */
    @Test
    void whoWakesUpAfterALongPauseKnowsAtOnce() {
        Lease one = one();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertTrue(get(one.acquire(lost::add)));
        pausedFor("one", TTL);
        assertFalse(one.checkLease());
        await("the callback", () -> !lost.isEmpty());
        assertEquals(1, lost.size());
        assertTrue(lost.get(0).isPresent());
        assertTrue(get(one.release()), "as the singleton does after a loss");
        await("another's turn", () -> get(two().acquire()));
    }

    /** What its users need besides. */
    @Test
    void theLeaseOfWhoeverVanishedIsFreeAfterItsTimeToLiveAndItsOwnerIsTold() {
        Lease one = one();
        Lease two = two();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertTrue(get(one.acquire(lost::add)));
        assertFalse(get(two.acquire()));
        cutOff("one");
        AtomicBoolean twoHolders = new AtomicBoolean();
        await("the other's turn", () -> {
            boolean granted = get(two.acquire());
            twoHolders.compareAndSet(false, granted && one.checkLease());
            return granted;
        });
        assertFalse(twoHolders.get());
        await("the callback", () -> lost.size() == 1);
        heal();
        assertFalse(get(one.acquire()));
    }
}
