package io.capstan.raft.internal.client;

import io.capstan.raft.RaftFailure;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.jspecify.annotations.Nullable;

/**
 * Makes a group: only when every listed voter has answered that it is in none, and by the first listed. So a group whose
 * members lost their disks is not made anew by the rest, and two cannot make it at once.
 */
public final class Founder {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ActorSystem<?> system;
    private final Requests requests;

    public Founder(ActorSystem<?> system, Requests requests) {
        this.system = system;
        this.requests = requests;
    }

    /**
     * Makes {@code group} with these voters, unless exactly they are it already.
     *
     * @return done once the first voter has the configuration in its log; else a {@link RaftFailure}: NO_MEMBER when not
     *     all answered in time, INVALID when the group has other voters
     */
    public CompletionStage<Void> make(String group, List<String> voters, Duration within) {
        if (voters.isEmpty() || new HashSet<>(voters).size() != voters.size()) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.INVALID, "a group has at least one voter, each listed once, got " + voters));
        }
        return attempt(group, List.copyOf(voters), System.nanoTime() + within.toNanos());
    }

    private CompletionStage<Void> attempt(String group, List<String> voters, long deadlineNanos) {
        List<CompletableFuture<@Nullable Member>> probes = new ArrayList<>();
        for (String voter : voters) {
            probes.add(requests.toNode(voter, group, n -> new ClientFrame.Probe(n, group), PROBE)
                    .<@Nullable Member>handle((reply, failure) -> reply instanceof Member member ? member : null)
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(probes.toArray(CompletableFuture[]::new)).thenCompose(all -> {
            List<@Nullable Member> members = probes.stream()
                    .<@Nullable Member>map(CompletableFuture::join)
                    .toList();
            return decide(group, voters, members, deadlineNanos);
        });
    }

    private CompletionStage<Void> decide(
            String group, List<String> voters, List<@Nullable Member> members, long deadlineNanos) {
        List<MemberId> blank = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < voters.size(); i++) {
            Member member = members.get(i);
            if (member == null) {
                silent.add(voters.get(i));
            } else if (member.id() == null) {
                blank.add(new MemberId(voters.get(i), member.incarnation()));
            } else if (Set.copyOf(member.voters()).equals(Set.copyOf(voters))) {
                return CompletableFuture.completedStage(null);
            } else if (!member.voters().isEmpty()) {
                return CompletableFuture.failedStage(new RaftFailure(
                        RaftFailure.Kind.INVALID,
                        "group " + group + " is made already, with voters " + member.voters()));
            }
        }
        if (blank.size() == voters.size()) {
            return requests.toNode(
                            voters.get(0),
                            group,
                            n -> new ClientFrame.Bootstrap(n, group, blank),
                            remaining(deadlineNanos))
                    .<CompletionStage<Void>>handle((reply, failure) -> failure == null
                            ? CompletableFuture.completedStage(null)
                            : again(group, voters, deadlineNanos, failure.getMessage()))
                    .thenCompose(next -> next);
        }
        return again(group, voters, deadlineNanos, "no answer from " + silent);
    }

    private static Duration remaining(long deadlineNanos) {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    private CompletionStage<Void> again(String group, List<String> voters, long deadlineNanos, @Nullable String why) {
        if (System.nanoTime() - deadlineNanos >= 0) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.NO_MEMBER, "group " + group + " could not be made with " + voters + ": " + why));
        }
        // A stage that ends with null never ends behind Pekko's `after`: what comes of it must be something.
        return Patterns.after(
                        PAUSE,
                        system.classicSystem().scheduler(),
                        system.executionContext(),
                        () -> attempt(group, voters, deadlineNanos).thenApply(made -> true))
                .thenAccept(made -> {});
    }
}
