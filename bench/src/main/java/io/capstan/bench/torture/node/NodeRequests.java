package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.capstan.actors.Node;
import io.capstan.raft.GroupDescription;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import io.capstan.testkit.GroupFault;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** What the driver asks of a node for itself, and no client does: names of such requests begin with {@link #PREFIX}. */
public final class NodeRequests implements Service {
    public static final String PREFIX = "node-";

    /** Makes the group, or has all nodes vote in it again; the key is its name. */
    public static final String MAKE = PREFIX + "make";

    /** What this node's member of the group knows. */
    public static final String STATUS = PREFIX + "status";

    /** Who is in the group, as its leader says: names of voters, and of others behind a {@code +}, in order. */
    public static final String MEMBERS = PREFIX + "members";

    /** What this node sees of the cluster, and what ails it; {@link #whole} when all is as it should be. */
    public static final String CLUSTER = PREFIX + "cluster";

    private final Node node;
    private final Raft raft;
    private final List<String> members;

    NodeRequests(Node node, List<String> members) {
        this.node = node;
        this.raft = Raft.get(node);
        this.members = members;
    }

    /** The request for what an operator does; its value is the name of a node. */
    public static String operating(GroupFault.Kind kind) {
        return PREFIX + kind;
    }

    /** What {@link #CLUSTER} says when so many nodes are one cluster. */
    public static String whole(int nodes) {
        return seen(nodes - 1, nodes, 0, 0);
    }

    private static String seen(int links, long up, long others, int unreachable) {
        return "links to " + links + ", of Pekko's members " + up + " up, " + others + " others, " + unreachable
                + " out of reach";
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        return switch (request.f()) {
            case MAKE -> done(raft.setConfiguration(request.name(), members));
            case STATUS -> CompletableFuture.completedStage(status(request.name()));
            case MEMBERS ->
                raft.describe(request.name()).thenApply(NodeRequests::members).thenApply(NodeRequests::text);
            case CLUSTER -> CompletableFuture.completedStage(text(cluster()));
            default -> operate(request);
        };
    }

    private CompletionStage<JsonNode> operate(Request request) {
        String group = request.name();
        String whom = request.argument().asText();
        for (GroupFault.Kind kind : GroupFault.Kind.values()) {
            if (request.f().equals(operating(kind))) {
                return switch (kind) {
                    case TRANSFER -> done(raft.transferLeadership(group, whom));
                    case SNAPSHOT -> raft.snapshot(group, whom).thenApply(JsonNodeFactory.instance::numberNode);
                    case ADD -> done(raft.addLearner(group, whom));
                    case PROMOTE -> done(raft.promote(group, whom));
                    case REMOVE -> done(raft.remove(group, whom));
                };
            }
        }
        throw new IllegalArgumentException(request.f());
    }

    private JsonNode status(String group) {
        var answer = JsonNodeFactory.instance.objectNode();
        raft.status(group)
                .ifPresent(status -> answer.put("term", status.term())
                        .put("leader", status.leader().orElse(""))
                        .put("leads", status.role() == GroupStatus.Role.LEADER)
                        .put("snapshots_received", status.counts().snapshotsReceived()));
        return answer;
    }

    private static String members(GroupDescription description) {
        return String.join(
                ",",
                description.members().stream()
                        .map(member -> (member.votes() ? "" : "+") + member.node())
                        .sorted()
                        .toList());
    }

    private String cluster() {
        CurrentClusterState state = Cluster.get(node.system()).state();
        long up = 0;
        long others = 0;
        for (Member member : state.getMembers()) {
            if (member.status() == MemberStatus.up()) {
                up++;
            } else {
                others++;
            }
        }
        List<String> ails = node.health().reasons();
        return seen(node.nodes().size(), up, others, state.getUnreachable().size())
                + (ails.isEmpty() ? "" : "; " + String.join("; ", ails));
    }

    private static CompletionStage<JsonNode> done(CompletionStage<Void> change) {
        return change.thenApply(done -> JsonNodeFactory.instance.booleanNode(true));
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }
}
