package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.demo.http.Answers;
import java.util.Collection;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /status}: who this node is, and whom it sees. */
final class StatusRoutes {
    record Member(String address, String status) {}

    /**
     * What the node sees.
     *
     * @param linked names of the nodes it has a link to
     * @param visible names of those it can reach, also through others
     * @param members of Pekko's cluster, in its own view
     */
    record Status(
            String node,
            long incarnation,
            String cluster,
            List<String> linked,
            List<String> visible,
            List<Member> members,
            List<String> unreachable) {}

    private final Node node;

    StatusRoutes(Node node) {
        this.node = node;
    }

    Route routes() {
        return path("status", () -> get(() -> complete(Answers.ok(status()))));
    }

    private Status status() {
        CurrentClusterState state = Cluster.get(node.system()).state();
        return new Status(
                node.id().name(),
                node.id().incarnation(),
                node.internals().cluster(),
                names(node.internals().mesh().linked()),
                names(node.internals().mesh().visible()),
                StreamSupport.stream(state.getMembers().spliterator(), false)
                        .map(member -> new Member(
                                member.address().toString(), member.status().toString()))
                        .toList(),
                state.getUnreachable().stream()
                        .map(member -> member.address().toString())
                        .toList());
    }

    private static List<String> names(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).sorted().toList();
    }
}
