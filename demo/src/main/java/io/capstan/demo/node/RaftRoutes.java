package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameter;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.withoutRequestTimeout;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.raft.GroupDescription;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code GET /raft}: what this node's members of Raft groups know. {@code GET /raft/GROUP}: what the group's leader knows,
 * asked for by this node. {@code POST /raft/GROUP/STEP?member=NODE}: one change, answered when it is committed; {@code POST
 * /raft/GROUP/backup?file=FILE}: this node's member saved to this node's disk.
 */
final class RaftRoutes {
    /** {@code leader} is empty while none is known. */
    record Group(
            String group,
            String role,
            long term,
            String leader,
            long commit,
            long applied,
            long last,
            List<String> voters,
            int votersReached) {}

    record All(String node, List<Group> groups) {}

    /**
     * A group as its leader knows it.
     *
     * @param configuration index of the membership in force
     */
    record Described(
            String group,
            long epoch,
            String leader,
            long term,
            long commit,
            long configuration,
            List<String> voters,
            List<String> learners,
            List<Member> members) {}

    /**
     * @param match up to which its log is known to agree
     * @param silentMillis since when the leader has heard nothing of it; 0 for the leader
     */
    record Member(String node, long incarnation, boolean votes, long match, long silentMillis, boolean caughtUp) {}

    /** What is true now. */
    record Done(String group, String step, String member, String now) {}

    /** {@code node} has written it, to its own disk. */
    record Saved(String group, String node, String file, long epoch, long lastIndex) {}

    private final Node node;
    private final Raft raft;

    RaftRoutes(Node node) {
        this.node = node;
        this.raft = Raft.get(node);
    }

    Route routes() {
        return pathPrefix(
                "raft",
                () -> concat(
                        pathEnd(() -> get(() -> complete(Answers.ok(new All(
                                node.id().name(),
                                raft.status().stream().map(RaftRoutes::group).toList()))))),
                        pathPrefix(segment(), name -> group(NodeId.requireName(name)))));
    }

    private Route group(String group) {
        return concat(
                pathEnd(() -> get(() -> Answers.answer(raft.describe(group).thenApply(RaftRoutes::described)))),
                // These end by capstan.raft.client.change-within, not by HTTP's idea of it.
                withoutRequestTimeout(() -> post(() -> changes(group))));
    }

    private Route changes(String group) {
        return concat(
                change(
                        group,
                        "add",
                        member -> led(group)
                                .thenCompose(led -> raft.addLearner(group, seen(member)))
                                .thenApply(done -> member + " is a member")),
                change(
                        group,
                        "promote",
                        member -> led(group)
                                .thenCompose(led -> raft.promote(group, seen(member)))
                                .thenApply(done -> member + " votes")),
                change(
                        group,
                        "remove",
                        member -> led(group)
                                .thenCompose(led -> raft.remove(group, member))
                                .thenApply(done -> member + " is no member")),
                change(
                        group,
                        "transfer",
                        member -> led(group)
                                .thenCompose(led -> raft.transferLeadership(group, member))
                                .thenApply(done -> member + " leads")),
                change(
                        group,
                        "snapshot",
                        member -> raft.snapshot(group, seen(member))
                                .thenApply(index -> "the snapshot of " + member + " goes to entry " + index)),
                path("backup", () -> parameter("file", file -> Answers.answer(saved(group, file)))));
    }

    private static Route change(String group, String step, Function<String, CompletionStage<String>> change) {
        return path(
                step,
                () -> parameter(
                        "member",
                        member -> Answers.answer(change.apply(NodeId.requireName(member))
                                .thenApply(now -> new Done(group, step, member, now)))));
    }

    /** A change looks for its leader for a minute; who asks by hand is told sooner that there is none, or no such group. */
    private CompletionStage<GroupDescription> led(String group) {
        return raft.describe(group);
    }

    /** Likewise a node that is not there. */
    private String seen(String member) {
        List<String> names = Stream.concat(Stream.of(node.id()), node.nodes().stream())
                .map(NodeId::name)
                .sorted()
                .toList();
        if (!names.contains(member)) {
            throw new UserError("node " + node.id().name() + " sees no node " + member + ", only " + names);
        }
        return member;
    }

    private CompletionStage<Saved> saved(String group, String file) {
        Path target = Path.of(file);
        if (!target.isAbsolute()) {
            // Where this process was started is nobody's business who asks over HTTP.
            return CompletableFuture.failedStage(new UserError(
                    "file is an absolute path of node " + node.id().name() + "'s file system, got \"" + file + "\""));
        }
        return led(group)
                .thenCompose(led -> raft.backup(group, target))
                .thenApply(outcome ->
                        new Saved(group, outcome.node(), target.toString(), outcome.epoch(), outcome.lastIndex()));
    }

    private static Group group(GroupStatus status) {
        return new Group(
                status.group(),
                status.role().name(),
                status.term(),
                status.leader().orElse(""),
                status.commitIndex(),
                status.appliedIndex(),
                status.lastIndex(),
                status.voters(),
                status.votersReached());
    }

    private static Described described(GroupDescription group) {
        return new Described(
                group.group(),
                group.epoch(),
                group.leader(),
                group.term(),
                group.commitIndex(),
                group.configurationIndex(),
                group.voters(),
                group.learners(),
                group.members().stream()
                        .map(member -> new Member(
                                member.node(),
                                member.incarnation(),
                                member.votes(),
                                member.matchIndex(),
                                member.silent().toMillis(),
                                member.caughtUp()))
                        .toList());
    }
}
