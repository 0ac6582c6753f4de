package io.capstan.raft.lock.core;

import io.capstan.raft.lock.FencingToken;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One request that holds or waits. */
final class Request {
    static final long NEVER = Long.MAX_VALUE;
    static final Comparator<Request> BY_DEADLINE = Comparator.<Request>comparingLong(request -> request.deadline)
            .thenComparingLong(request -> request.arrival);

    /** Where it stands. The codes are in snapshots. */
    enum Stage {
        QUEUED(0),
        HOLDING(1),
        CONDITION(2),
        LATCH(3),
        BARRIER(4),
        /** Entered a lock that its party has given up to wait for a condition; comes back with it. */
        SUSPENDED(5);

        final int code;

        Stage(int code) {
            this.code = code;
        }

        static Stage of(int code) {
            return Arrays.stream(values())
                    .filter(stage -> stage.code == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("a request in the unknown stage " + code));
        }
    }

    final Session session;
    final long number;
    final List<Claim> claims;
    final String party;
    /** Its place among all that wait; a new one when it comes back from a condition. */
    long arrival;

    String note;
    Stage stage;
    long deadline = NEVER;
    boolean signalled = true;
    /** Condition, latch or barrier. */
    String place = "";
    /** Of the grant, while it holds. */
    @Nullable
    FencingToken token;
    /** While it waits for a condition, or from there for the lock: what else its party had entered. */
    final TreeSet<Long> suspended = new TreeSet<>();
    /** While suspended: the request it will come back with. */
    @Nullable
    Request with;

    Request(Session session, long number, List<Claim> claims, String party, String note, long arrival, Stage stage) {
        this.session = session;
        this.number = number;
        this.claims = claims;
        this.party = party;
        this.note = note;
        this.arrival = arrival;
        this.stage = stage;
    }
}
