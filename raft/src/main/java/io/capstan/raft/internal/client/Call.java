package io.capstan.raft.internal.client;

import io.capstan.actors.NodeId;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One request, and what became of its attempts. Belongs to the client actor, but for its making and its outcome. */
final class Call {
    private static final long NEVER = Long.MAX_VALUE;

    final String group;
    final LongFunction<Request> request;
    final @Nullable String only;
    final boolean repeats;
    /** So long one member is waited for. */
    final long patienceNanos;

    final long deadlineNanos;
    final CompletableFuture<Reply> outcome = new CompletableFuture<>();

    /** The order in which calls came. */
    long number;
    /** Correlation of the attempt under way; 0 when there is none. */
    long attempt;
    /** Correlations of attempts before it that may still be answered. */
    List<Long> earlier = List.of();
    /** Turns to another member with every attempt. */
    int turn;
    /** Whom it went to. */
    String target = "";
    /** When the next attempt is due, or the one under way is given up, if it may be; nano time. */
    long wakeNanos = NEVER;

    private final boolean read;
    private final boolean stale;
    /** Not asked again before all others were. */
    private Set<String> passedOver = Set.of();
    // Attempts that may have been logged.
    private int unresolved;
    private int redirects;
    private String last = "";
    // Who was asked last, until he answers.
    private String silent = "";
    private boolean memberSeen;
    private boolean votersSeen;

    /**
     * A call to whoever leads the group, or to one node.
     *
     * @param only the one node to ask, null for the leader
     * @param patienceNanos after which another member is asked, if asking twice does no harm
     */
    Call(
            String group,
            LongFunction<Request> request,
            @Nullable String only,
            boolean repeats,
            long patienceNanos,
            long deadlineNanos) {
        // Here, on the asker's thread: what cannot be written must not end the one actor that asks for all.
        this.group = NodeId.requireName(group);
        this.request = request;
        this.only = only == null ? null : NodeId.requireName(only);
        this.patienceNanos = patienceNanos;
        this.deadlineNanos = deadlineNanos;
        ClientFrame.Request kind = request.apply(0);
        this.read = kind instanceof ClientFrame.Read
                || kind instanceof ClientFrame.Probe
                || kind instanceof ClientFrame.Describe;
        this.stale = kind instanceof ClientFrame.Read asked && asked.mode() == 2;
        this.repeats = repeats || read;
    }

    /** Whether any member may answer. */
    boolean stale() {
        return stale;
    }

    void sent(String to, long correlation, long giveUpNanos) {
        attempt = correlation;
        target = to;
        silent = to;
        unresolved += read ? 0 : 1;
        wakeNanos = repeats ? giveUpNanos : NEVER;
    }

    /** The attempt under way will not be answered. Returns whether another may follow. */
    boolean lost(long retryNanos) {
        if (earlier.isEmpty()) {
            // Not before: of most calls one attempt is made.
            earlier = new ArrayList<>();
        }
        earlier.add(attempt);
        attempt = 0;
        wakeNanos = retryNanos;
        if (stale) {
            passOver(target);
        }
        return repeats;
    }

    /** An attempt was refused, with certainty that it did nothing. */
    void refused(String from, ClientFrame.Refused refusal, long retryNanos) {
        unresolved -= read ? 0 : 1;
        silent = from.equals(silent) ? "" : silent;
        if (attempt == refusal.correlation()) {
            attempt = 0;
            wakeNanos = retryNanos;
        }
        if (refusal.why() == ClientFrame.Why.NO_PEER) {
            passOver(from);
            return;
        }
        memberSeen = true;
        if (stale) {
            passOver(from);
        }
        if (refusal.voters() > 0) {
            votersSeen = true;
            last = refusal.reached() + " of its " + refusal.voters() + " voters reached from " + from;
        } else if (!votersSeen || !refusal.text().equals(ClientFrame.Refused.NO_GROUP)) {
            last = from + ": " + refusal.text();
        }
    }

    /** Whether it waits for its next attempt. */
    boolean isWaiting() {
        return attempt == 0;
    }

    /** The attempt under way did nothing. */
    void notSent(long retryNanos) {
        attempt = 0;
        silent = "";
        unresolved -= read ? 0 : 1;
        wakeNanos = retryNanos;
    }

    /** Whether one more redirect may be followed at once; false once in a while, so that two cannot play ping-pong. */
    boolean mayRedirect() {
        redirects = (redirects + 1) % 4;
        return redirects != 0;
    }

    boolean isPassedOver(String node) {
        return passedOver.contains(node);
    }

    private void passOver(String node) {
        if (passedOver.isEmpty()) {
            // Not before: of most calls nobody is.
            passedOver = new HashSet<>();
        }
        passedOver.add(node);
    }

    void askEverybodyAgain() {
        passedOver = Set.of();
    }

    boolean isRead() {
        return read;
    }

    /** Whether some attempt may have been logged. */
    boolean maybeDone() {
        return unresolved > 0;
    }

    private String why() {
        if (!last.isEmpty()) {
            return last;
        }
        return silent.isEmpty() ? "no node with a member of it was reached" : silent + " has not answered";
    }

    /** Why nothing came of it. */
    RaftFailure expired() {
        if (maybeDone()) {
            return new RaftFailure(
                    RaftFailure.Kind.UNKNOWN_OUTCOME,
                    "group " + group + " did not answer in time; the command may be executed or not (" + why() + ")");
        }
        if (memberSeen) {
            return new RaftFailure(RaftFailure.Kind.NO_LEADER, "group " + group + " has no leader: " + why());
        }
        return new RaftFailure(
                RaftFailure.Kind.NO_MEMBER,
                "group " + group + ": " + (only == null ? why() : "no member on node " + only + " has answered"));
    }
}
