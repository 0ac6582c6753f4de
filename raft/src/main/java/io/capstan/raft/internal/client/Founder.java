package io.capstan.raft.internal.client;

import io.capstan.raft.RaftFailure;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
     * Makes {@code group} with these voters, unless it is made already.
     *
     * @return true once the first voter has the configuration in its log, false when it was made already, with whatever
     *     voters; or a {@link RaftFailure}: NO_MEMBER when not all answered in time
     */
    public CompletionStage<Boolean> make(String group, List<String> voters, Duration within) {
        if (voters.isEmpty() || new HashSet<>(voters).size() != voters.size()) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.INVALID, "a group has at least one voter, each listed once, got " + voters));
        }
        if (voters.size() > Configuration.MEMBERS_MAX) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.INVALID,
                    "a group has at most " + Configuration.MEMBERS_MAX + " members, got " + voters.size() + " voters"));
        }
        return attempt(group, List.copyOf(voters), System.nanoTime() + within.toNanos());
    }

    private CompletionStage<Boolean> attempt(String group, List<String> voters, long deadlineNanos) {
        List<CompletableFuture<@Nullable Member>> probes = new ArrayList<>();
        // Whoever else is there too: a group that is on other nodes is not made a second time.
        Set<String> asked = new LinkedHashSet<>(voters);
        asked.addAll(requests.visible());
        for (String voter : asked) {
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

    private CompletionStage<Boolean> decide(
            String group, List<String> voters, List<@Nullable Member> members, long deadlineNanos) {
        List<MemberId> blank = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        long above = members.stream()
                .mapToLong(member -> member == null ? 0 : member.formerEpoch())
                .max()
                .orElse(0);
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            if (i >= voters.size() && (member == null || member.id() == null)) {
                continue;
            }
            if (member == null) {
                silent.add(voters.get(i));
            } else if (member.id() == null) {
                blank.add(new MemberId(voters.get(i), member.incarnation()));
            } else if (!member.voters().isEmpty()) {
                return CompletableFuture.completedStage(false);
            }
        }
        if (blank.size() == voters.size()) {
            return requests.toNode(
                            voters.get(0),
                            group,
                            n -> new ClientFrame.Bootstrap(n, group, blank, above),
                            remaining(deadlineNanos))
                    .<CompletionStage<Boolean>>handle((reply, failure) -> failure == null
                            ? CompletableFuture.completedStage(true)
                            : again(group, voters, deadlineNanos, failure.getMessage()))
                    .thenCompose(next -> next);
        }
        return again(group, voters, deadlineNanos, "no answer from " + silent);
    }

    private static Duration remaining(long deadlineNanos) {
        return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    private CompletionStage<Boolean> again(
            String group, List<String> voters, long deadlineNanos, @Nullable String why) {
        if (System.nanoTime() - deadlineNanos >= 0) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.NO_MEMBER, "group " + group + " could not be made with " + voters + ": " + why));
        }
        // A stage that ends with null never ends behind Pekko's `after`: what comes of it must be something.
        return Patterns.after(
                PAUSE,
                system.classicSystem().scheduler(),
                system.executionContext(),
                () -> attempt(group, voters, deadlineNanos));
    }
}
