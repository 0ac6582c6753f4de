package io.capstan.raft.internal.client;

import io.capstan.actors.Failure;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Described;
import io.capstan.raft.internal.wire.ClientFrame.Description;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import io.capstan.raft.internal.wire.ClientFrame.Step;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a group's membership. Each looks at the group as its leader knows it, takes the one step that is next, and
 * looks again, until there is none: so whoever was interrupted begins again with the same call. Thread-safe.
 */
public final class Members {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ActorSystem<?> system;
    private final Requests requests;
    private final Hosts hosts;

    public Members(ActorSystem<?> system, Requests requests, Hosts hosts) {
        this.system = system;
        this.requests = requests;
        this.hosts = hosts;
    }

    /** What is next in a group that looks like this; a stage of null when nothing is. */
    private interface Plan {
        CompletionStage<@Nullable LongFunction<Request>> next(Description now);
    }

    /** The group as its leader knows it. */
    public CompletionStage<Description> describe(String group, Duration within) {
        return requests.toLeader(group, n -> new ClientFrame.Describe(n, group), true, within)
                .thenApply(Description.class::cast);
    }

    /** Makes the member on {@code node} a learner, unless it is in the group. */
    public CompletionStage<Void> add(String group, String node, Duration within) {
        return work(group, now -> added(now, group, node), within);
    }

    /** Has the member on {@code node} vote, as soon as it has caught up. */
    public CompletionStage<Void> promote(String group, String node, Duration within) {
        return work(group, now -> promoted(now, group, node), within);
    }

    /** Removes the members on {@code node}. */
    public CompletionStage<Void> remove(String group, String node, Duration within) {
        return work(
                group,
                now -> CompletableFuture.completedStage(removal(now, group, List.of(node), List.of(), true)),
                within);
    }

    /** Has the member on {@code node} lead. */
    public CompletionStage<Void> transfer(String group, String node, Duration within) {
        return work(group, now -> CompletableFuture.completedStage(handover(now, group, node)), within);
    }

    /** Has another voter lead, if the member on {@code node} does: whoever has it all and was heard last. */
    public CompletionStage<Void> handOver(String group, String node, Duration within) {
        return work(group, now -> CompletableFuture.completedStage(heir(now, group, node)), within);
    }

    /** Has exactly {@code nodes} vote and nobody learn: first whoever is missing is added, then the rest removed. */
    public CompletionStage<Void> reconfigure(String group, List<String> nodes, Duration within) {
        return work(
                group,
                now -> {
                    for (String node : nodes) {
                        if (voter(now, node) == null) {
                            return promoted(now, group, node);
                        }
                    }
                    List<String> others = now.members().stream()
                            .map(member -> member.id().name())
                            .filter(name -> !nodes.contains(name))
                            .toList();
                    return CompletableFuture.completedStage(removal(now, group, others, nodes, false));
                },
                within);
    }

    // The steps.

    private static @Nullable MemberId voter(Description now, String node) {
        return now.members().stream()
                .filter(member -> member.votes() && member.id().name().equals(node))
                .map(Described::id)
                .findFirst()
                .orElse(null);
    }

    private CompletionStage<@Nullable LongFunction<Request>> added(Description now, String group, String node) {
        return incarnation(group, node)
                .thenApply(id -> find(now, id) != null ? null : change(group, Step.ADD_LEARNER, id, now));
    }

    private CompletionStage<@Nullable LongFunction<Request>> promoted(Description now, String group, String node) {
        return incarnation(group, node).thenApply(id -> {
            Described member = find(now, id);
            if (member == null) {
                return change(group, Step.ADD_LEARNER, id, now);
            }
            return member.votes() ? null : change(group, Step.PROMOTE, id, now);
        });
    }

    /** Learners first, so that no leader promotes them meanwhile; the leader last, and after it has handed over. */
    private static @Nullable LongFunction<Request> removal(
            Description now, String group, List<String> nodes, List<String> heirs, boolean directly) {
        Described next = null;
        for (Described member : now.members()) {
            if (nodes.contains(member.id().name()) && (next == null || rank(member, now) < rank(next, now))) {
                next = member;
            }
        }
        if (next == null) {
            return null;
        }
        MemberId id = next.id();
        if (id.equals(now.leader()) && !directly) {
            MemberId heir = now.members().stream()
                    .filter(member -> member.votes()
                            && member.caughtUp()
                            && heirs.contains(member.id().name()))
                    .map(Described::id)
                    .findFirst()
                    .orElse(null);
            if (heir != null) {
                return n -> new ClientFrame.Transfer(n, group, heir);
            }
        }
        return change(group, Step.REMOVE, id, now);
    }

    private static int rank(Described member, Description now) {
        return member.id().equals(now.leader()) ? 2 : member.votes() ? 1 : 0;
    }

    private static @Nullable LongFunction<Request> handover(Description now, String group, String node) {
        if (now.leader().name().equals(node)) {
            return null;
        }
        MemberId target = voter(now, node);
        if (target == null) {
            throw new RaftFailure(
                    RaftFailure.Kind.INVALID, "group " + group + " has no voter on " + node + ": promote it first");
        }
        return n -> new ClientFrame.Transfer(n, group, target);
    }

    private static @Nullable LongFunction<Request> heir(Description now, String group, String node) {
        if (!now.leader().name().equals(node)) {
            return null;
        }
        return now.members().stream()
                .filter(member -> member.votes()
                        && member.caughtUp()
                        && !member.id().name().equals(node))
                .min(Comparator.comparingLong(Described::silentMillis))
                .<LongFunction<Request>>map(heir -> n -> new ClientFrame.Transfer(n, group, heir.id()))
                .orElse(null);
    }

    private static @Nullable Described find(Description now, MemberId id) {
        return now.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private static LongFunction<Request> change(String group, Step step, MemberId id, Description now) {
        return n -> new ClientFrame.Change(n, group, step, id, now.configuration());
    }

    private CompletionStage<MemberId> incarnation(String group, String node) {
        return requests.toNode(node, group, n -> new ClientFrame.Probe(n, group), PROBE)
                .thenApply(reply -> new MemberId(node, ((ClientFrame.Member) reply).incarnation()));
    }

    // One step after the other.

    private CompletionStage<Void> work(String group, Plan plan, Duration within) {
        return work(group, plan, System.nanoTime() + within.toNanos(), null).thenApply(done -> null);
    }

    private CompletionStage<Boolean> work(String group, Plan plan, long deadlineNanos, @Nullable RaftFailure last) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return CompletableFuture.failedStage(
                    last != null
                            ? last
                            : new RaftFailure(
                                    RaftFailure.Kind.NOT_NOW, "group " + group + " did not get there in time"));
        }
        Duration within = Duration.ofNanos(Math.max(1_000_000, left));
        return describe(group, within)
                .thenCompose(plan::next)
                .thenCompose(step -> step == null
                        ? CompletableFuture.completedStage(false)
                        : requests.toLeader(group, step, false, within).thenApply(reply -> true))
                .handle((more, failure) -> next(group, plan, deadlineNanos, last, more, failure))
                .thenCompose(next -> next);
    }

    private CompletionStage<Boolean> next(
            String group,
            Plan plan,
            long deadlineNanos,
            @Nullable RaftFailure last,
            @Nullable Boolean more,
            @Nullable Throwable failure) {
        if (failure == null) {
            return Boolean.TRUE.equals(more)
                    ? later(() -> work(group, plan, deadlineNanos, null))
                    : CompletableFuture.completedStage(true);
        }
        Throwable cause = Failure.cause(failure);
        if (!(cause instanceof RaftFailure refused)
                || refused.kind() == RaftFailure.Kind.INVALID
                || refused.kind() == RaftFailure.Kind.OVERLOADED) {
            return CompletableFuture.failedStage(cause);
        }
        // Why the step was refused says more than that time was too short to look once more.
        RaftFailure why = last == null || refused.kind() == RaftFailure.Kind.NOT_NOW ? refused : last;
        // A step whose outcome is unknown shows when one looks; one that cannot be taken now perhaps can a little
        // later.
        return later(() -> work(group, plan, deadlineNanos, why));
    }

    /** Not of Void: Pekko's {@code after} never completes a stage whose value is null. */
    private CompletionStage<Boolean> later(Callable<CompletionStage<Boolean>> work) {
        return Patterns.after(PAUSE, system.classicSystem().scheduler(), system.executionContext(), work);
    }

    /** Has the member on {@code node} write a snapshot; up to which entry it goes. */
    public CompletionStage<Long> snapshot(String group, String node, Duration within) {
        return requests.toNode(node, group, n -> new ClientFrame.TakeSnapshot(n, group), within)
                .thenApply(reply -> ((ClientFrame.Answer) reply).index());
    }

    /**
     * Has this node's member write a snapshot of all that was committed when this was called, or more; up to which entry it
     * goes.
     */
    public CompletionStage<Long> snapshotOfAll(String group, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        return describe(group, within).thenCompose(now -> snapshotOfAll(group, now.commit(), deadline));
    }

    private CompletionStage<Long> snapshotOfAll(String group, long index, long deadlineNanos) {
        GroupStatus own = hosts.status(group);
        Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
        if (own == null) {
            return CompletableFuture.failedStage(
                    new RaftFailure(RaftFailure.Kind.NO_MEMBER, "this node has no member of group " + group));
        }
        if (own.appliedIndex() < index) {
            return deadlineNanos - System.nanoTime() > 0
                    ? Patterns.after(
                            PAUSE,
                            system.classicSystem().scheduler(),
                            system.executionContext(),
                            () -> snapshotOfAll(group, index, deadlineNanos))
                    : CompletableFuture.failedStage(new RaftFailure(
                            RaftFailure.Kind.NOT_NOW,
                            "this node's member of group " + group + " did not get to entry " + index + " in time"));
        }
        return snapshot(group, own.node(), left);
    }

    /**
     * Has this node's member, whose log is empty, become a learner of the group, if there is one and it is none yet; whether
     * that was asked.
     */
    CompletionStage<Boolean> join(String group, MemberId self, Duration within) {
        return describe(group, within).thenCompose(now -> {
            // It may have taken long, and the member been stopped meanwhile: nobody would be there to learn.
            GroupStatus own = hosts.status(group);
            boolean wants = own != null && own.incarnation() == self.incarnation() && find(now, self) == null;
            return wants
                    ? requests.toLeader(group, change(group, Step.ADD_LEARNER, self, now), false, within)
                            .thenApply(reply -> true)
                    : CompletableFuture.completedStage(false);
        });
    }
}
