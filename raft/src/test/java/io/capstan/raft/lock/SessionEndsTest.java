package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Cluster;
import io.capstan.raft.Consistency;
import io.capstan.raft.Within;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.internal.LockCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that end at the group, or before they are there; each on a cluster of its own. */
@Timeout(60)
class SessionEndsTest {
    private static final Within SOON = within(ofSeconds(20));
    private static final Ttl LONG = Ttl.of(Duration.ofHours(1));

    private final Map<String, Locks> locks = new ConcurrentHashMap<>();
    private final List<LostCause> lost = new CopyOnWriteArrayList<>();
    private final Cluster cluster = new Cluster(
            "capstan.raft { voters = [s1, s2, s3], lock.tick = 1h }", // Nothing is renewed.
            (started, raft) ->
                    locks.put(started.name(), new Locks(started.system(), raft, started.name(), HolderClock.SYSTEM)),
            "s1",
            "s2",
            "s3",
            "client");

    @AfterEach
    void close() {
        locks.values().forEach(Locks::close);
        cluster.close();
    }

    private LockSession session() {
        return requireNonNull(locks.get("client")).session(LONG, lost::add);
    }

    private List<LockStatus> overview() {
        return get(requireNonNull(locks.get("s1")).overview(Consistency.LINEARIZABLE));
    }

    private long committed() {
        return cluster.raft(cluster.awaitLeader(Locks.GROUP))
                .status(Locks.GROUP)
                .orElseThrow()
                .commitIndex();
    }

    @Test
    void aSessionThatIsClosedWhileItIsOpenedIsClosedAtTheGroupToo() {
        LockSession warm = session();
        get(warm.acquire("warm", SOON));
        warm.close();
        await("it is closed", () -> overview().isEmpty());
        long before = committed();
        cluster.network().hold(ClientFrame.CHANNEL);
        LockSession session = session();
        CompletionStage<HeldLock> acquiring = session.acquire("x", SOON);
        session.close();
        assertThatThrownBy(() -> get(acquiring))
                .isInstanceOfSatisfying(
                        LockFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(LockFailure.Kind.SESSION_LOST));
        cluster.network().hold(null);

        await("it is opened, and closed", () -> committed() >= before + 2);
        assertThat(lost).isEmpty();
    }

    @Test
    void aReleaseThatFindsNoSessionTellsThatAllItsLocksAreLostOnceAndAtOnce() {
        LockSession session = session();
        HeldLock released = get(session.acquire("x", SOON));
        HeldLock other = get(session.acquire("y", SOON));
        List<LostCause> heard = new CopyOnWriteArrayList<>();
        other.onLost(heard::add);
        get(cluster.raft("s1").group(Locks.GROUP, new LockCodec()).write(new LockCommand.Close(session.id()), SOON));
        assertThat(other.isHeld()).as("it cannot know").isTrue();

        get(released.release());

        await("the loss", () -> lost.equals(List.of(LostCause.EXPIRED)));
        await("of the other lock too", () -> heard.equals(List.of(LostCause.EXPIRED)));
        assertThat(other.isHeld()).isFalse();
        assertThat(session.lost()).contains(LostCause.EXPIRED);
        get(released.release());
        get(other.release());
        session.close();
        assertThat(lost).hasSize(1);
    }
}
