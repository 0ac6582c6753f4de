package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import io.capstan.actors.Node;
import io.capstan.demo.http.Answers;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import java.util.List;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /raft}: what this node's members of Raft groups know. */
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

    private final Node node;
    private final Raft raft;

    RaftRoutes(Node node) {
        this.node = node;
        this.raft = Raft.get(node);
    }

    Route routes() {
        return path(
                "raft",
                () -> get(() -> complete(Answers.ok(new All(
                        node.id().name(),
                        raft.status().stream().map(RaftRoutes::group).toList())))));
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
}
