package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.pekko.coordination.lease.LeaseException;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What Pekko's users of a Lease count on. Any implementation can run it: the eight cases that Pekko Management publishes for
 * its own (LeaseSpec), and the seven things that one does wrong, as cases.
 */
@Timeout(60)
abstract class LeaseContract {
    /** As long as a lease outlives its holder. */
    protected static final Duration TTL = ofSeconds(2);

    private static final AtomicInteger NAMES = new AtomicInteger();

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

    private Lease one() {
        return lease(name, "one");
    }

    private Lease two() {
        return lease(name, "two");
    }

    // As published.

    @Test
    void ownersHaveInstancesOfTheirOwn() {
        assertThat(one()).isNotSameAs(two());
        assertThat(one().getSettings().ownerName()).isEqualTo("one");
        assertThat(one().getSettings().leaseName()).isEqualTo(name);
    }

    @Test
    void aFreeLeaseIsAcquired() {
        Lease one = one();
        assertThat(one.checkLease()).as("before").isFalse();
        assertThat(get(one.acquire())).isTrue();
        assertThat(one.checkLease()).isTrue();
    }

    @Test
    void itsOwnerAcquiresItAgain() {
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(one.acquire())).isTrue();
        assertThat(one.checkLease()).isTrue();
        assertThat(two().checkLease()).isFalse();
    }

    @Test
    void anotherDoesNotAcquireWhatIsTaken() {
        Lease two = two();
        assertThat(get(one().acquire())).isTrue();
        assertThat(get(two.acquire())).isFalse();
        assertThat(two.checkLease()).isFalse();
    }

    @Test
    void itIsHeldForLongerThanItsTimeToLive() {
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        long end = System.nanoTime() + TTL.multipliedBy(2).toNanos();
        await("twice its time to live", () -> {
            assertThat(one.checkLease()).isTrue();
            return System.nanoTime() > end;
        });
        assertThat(get(two().acquire())).isFalse();
    }

    @Test
    void anotherDoesNotReleaseIt() {
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        CompletionStage<Boolean> foreign = two().release();
        assertThatThrownBy(() -> get(foreign))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("Tried to release a lease that is not acquired");
        assertThat(one.checkLease()).isTrue();
    }

    @Test
    void itsOwnerReleasesIt() {
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(one.release())).isTrue();
        assertThat(one.checkLease()).isFalse();
    }

    @Test
    void anotherAcquiresWhatWasReleased() {
        Lease one = one();
        Lease two = two();
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(one.release())).isTrue();
        assertThat(get(two.acquire())).isTrue();
        assertThat(two.checkLease()).isTrue();
        assertThat(get(one.acquire())).isFalse();
        assertThat(one.checkLease()).isFalse();
    }

    // What the published implementation does wrong.

    /** LeaseActor answers "acquired" to a request repeated while it is granting, before the write that decides. */
    @Test
    void nobodyIsToldOfALeaseBeforeItIsDecided() {
        Lease one = one();
        Lease two = two();
        for (int i = 0; i < 5; i++) {
            List<CompletionStage<Boolean>> asked = List.of(one.acquire(), two.acquire(), one.acquire(), two.acquire());
            List<Boolean> told =
                    asked.stream().map(io.capstan.raft.Cluster::get).toList();
            assertThat(told.get(0)).isEqualTo(told.get(2)).isNotEqualTo(told.get(1));
            assertThat(told.get(1)).isEqualTo(told.get(3));
            assertThat(one.checkLease()).isEqualTo(told.get(0));
            assertThat(get((told.get(0) ? one : two).release())).isTrue();
        }
    }

    /** It does not set its flag when the same owner is granted again. */
    @Test
    void whatIsAcquiredAgainIsHeldAllTheTime() {
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        for (int i = 0; i < 20; i++) {
            CompletionStage<Boolean> again = one.acquire(cause -> {});
            assertThat(one.checkLease()).isTrue();
            assertThat(get(again)).isTrue();
            assertThat(one.checkLease()).isTrue();
        }
    }

    /** A release while it acquires is an error there, and then the acquire goes on: a lease that nobody knows of. */
    @Test
    void aReleaseWhileItIsAcquiredLeavesNothingBehind() {
        Lease one = one();
        CompletionStage<Boolean> acquired = one.acquire();
        assertThat(get(one.release())).isTrue();
        assertThat(get(acquired)).isIn(true, false);
        assertThat(one.checkLease()).isFalse();
        assertThat(get(two().acquire())).isTrue();
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
            assertThatThrownBy(() -> get(each)).isInstanceOf(LeaseException.class);
        }
        assertThat(one.checkLease()).isFalse();
        heal();
        await("an acquire", () -> get(one.acquire()));
    }

    /** One heartbeat that fails is a lost lease there. */
    @Test
    void aShortCutIsNoLoss() {
        Lease one = one();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertThat(get(one.acquire(lost::add))).isTrue();
        for (int i = 0; i < 2; i++) {
            cutOff("one");
            long end = System.nanoTime() + TTL.dividedBy(4).toNanos();
            await("a short while", () -> System.nanoTime() > end);
            heal();
            long healed = System.nanoTime() + TTL.toNanos();
            await("a while", () -> System.nanoTime() > healed);
        }
        assertThat(one.checkLease()).isTrue();
        assertThat(lost).isEmpty();
    }

    /** It compares wall clocks of different nodes. */
    @Test
    void anOwnerWhoseClockIsAheadTakesNothingFromAnother() {
        wallClockAhead("two", Duration.ofHours(1));
        Lease one = one();
        assertThat(get(one.acquire())).isTrue();
        assertThat(get(two().acquire())).isFalse();
        assertThat(one.checkLease()).isTrue();
    }

    /** Its check is a flag, which says true after any pause. */
    @Test
    void whoWakesUpAfterALongPauseKnowsAtOnce() {
        Lease one = one();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertThat(get(one.acquire(lost::add))).isTrue();
        pausedFor("one", TTL);
        assertThat(one.checkLease()).isFalse();
        await("the callback", () -> !lost.isEmpty());
        assertThat(lost).singleElement().satisfies(cause -> assertThat(cause).isPresent());
        assertThat(get(one.release())).as("as the singleton does after a loss").isTrue();
        await("another's turn", () -> get(two().acquire()));
    }

    /** What its users need besides. */
    @Test
    void theLeaseOfWhoeverVanishedIsFreeAfterItsTimeToLiveAndItsOwnerIsTold() {
        Lease one = one();
        Lease two = two();
        List<Optional<Throwable>> lost = new CopyOnWriteArrayList<>();
        assertThat(get(one.acquire(lost::add))).isTrue();
        assertThat(get(two.acquire())).isFalse();
        cutOff("one");
        await("the other's turn", () -> {
            boolean granted = get(two.acquire());
            assertThat(granted && one.checkLease()).as("two holders").isFalse();
            return granted;
        });
        await("the callback", () -> lost.size() == 1);
        heal();
        assertThat(get(one.acquire())).isFalse();
    }
}
