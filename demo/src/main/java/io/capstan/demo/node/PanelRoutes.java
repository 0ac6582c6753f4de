package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterMap;
import static org.apache.pekko.http.javadsl.server.Directives.path;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.PeerTraffic;
import io.capstan.crdt.Counters;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.Owner;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import io.capstan.registry.group.Member;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /panel}: this node's own answers to all services at once, a page of each, for whoever looks at it many times a
 * second. A page begins at {@code names}, {@code counters}, {@code groups}, {@code keys} or {@code locks}, has only what begins
 * with {@code find}, and at most {@code limit} rows: pages of two nodes that begin at the same place can be laid side by side.
 */
final class PanelRoutes {
    private static final String LIMIT = "10";
    private static final int LIMIT_MAX = 200;

    /** What a node is asked for. */
    record Window(int limit, String find, Map<String, String> from) {
        static Window of(Map<String, String> parameters) {
            int limit = Parameters.between("limit", parameters.getOrDefault("limit", LIMIT), 0, LIMIT_MAX);
            return new Window(limit, parameters.getOrDefault("find", ""), parameters);
        }

        String from(String service) {
            return from.getOrDefault(service, "");
        }
    }

    /**
     * A page of one service.
     *
     * @param total how many rows there are on all pages
     */
    record Shown<T>(int total, Map<String, T> rows) {}

    /** A member of a Raft group. */
    record Peer(String role, long term, String leader, long commit, long applied, int reached, int voters) {}

    /**
     * All of it.
     *
     * @param artery where its Pekko system is
     * @param cuts null when this node's links cannot be cut
     * @param names by name: the owner's node
     * @param groups by group: how many members of which node
     * @param raft by group
     * @param traffic by node: what has gone over the direct link to it since this node started
     * @param lost names that processes of this node lost when a split healed, the latest last
     */
    record Panel(
            String node,
            long incarnation,
            String artery,
            Collection<String> linked,
            Collection<String> visible,
            LabRoutes.@Nullable Cuts cuts,
            Shown<String> names,
            Shown<Long> counters,
            Shown<Map<String, Integer>> groups,
            Shown<KvRoutes.Entry> keys,
            Shown<LockRoutes.Lock> locks,
            Map<String, Peer> raft,
            Map<String, PeerTraffic> traffic,
            List<Clerk.Lost> lost) {}

    private final Node node;
    private final Names names;
    private final Groups groups;
    private final Counters counters;
    private final Raft raft;
    private final NameRoutes clerks;
    private final @Nullable LockRoutes locks;
    private final @Nullable KvRoutes keys;
    private final @Nullable LabRoutes lab;
    private final Listing namesListed;
    private final Listing groupsListed;
    private final Listing countersListed;

    /** What the node has no routes for, it has no answers to. */
    PanelRoutes(
            Node node,
            NameRoutes clerks,
            @Nullable LockRoutes locks,
            @Nullable KvRoutes keys,
            @Nullable LabRoutes lab) {
        this.node = node;
        this.names = Names.get(node);
        this.groups = Groups.get(node);
        this.counters = Counters.get(node);
        this.raft = Raft.get(node);
        this.clerks = clerks;
        this.locks = locks;
        this.keys = keys;
        this.lab = lab;
        this.namesListed = new Listing(names::registeredNames);
        this.groupsListed = new Listing(groups::groups);
        this.countersListed = new Listing(() -> counters.values().keySet());
    }

    Route routes() {
        return path("panel", () -> get(() -> parameterMap(parameters -> Answers.answer(panel(Window.of(parameters))))));
    }

    private CompletionStage<Panel> panel(Window window) {
        CompletionStage<Shown<LockRoutes.Lock>> held = locks == null ? none() : locks.page(window);
        CompletionStage<Shown<KvRoutes.Entry>> written = keys == null ? none() : keys.page(window);
        return held.thenCombine(written, (locksNow, keysNow) -> panel(window, locksNow, keysNow));
    }

    private static <T> CompletionStage<Shown<T>> none() {
        return CompletableFuture.completedStage(new Shown<>(0, Map.of()));
    }

    private Panel panel(Window window, Shown<LockRoutes.Lock> held, Shown<KvRoutes.Entry> written) {
        return new Panel(
                node.id().name(),
                node.id().incarnation(),
                LabRoutes.artery(node),
                sorted(node.internals().mesh().linked()),
                sorted(node.internals().mesh().visible()),
                lab == null ? null : lab.cuts(),
                shown(namesListed, "names", window, this::owner),
                shown(
                        countersListed,
                        "counters",
                        window,
                        name -> counters.counter(name).value()),
                shown(groupsListed, "groups", window, this::members),
                written,
                held,
                peers(),
                node.internals().trafficByPeer(),
                clerks.lost());
    }

    private static <T> Shown<T> shown(Listing listing, String service, Window window, Function<String, T> look) {
        Listing.Page page = listing.page(window.find(), window.from(service), window.limit());
        Map<String, T> rows = new LinkedHashMap<>();
        page.names().forEach(name -> rows.put(name, look.apply(name)));
        return new Shown<>(page.total(), rows);
    }

    /** Empty when nobody has the name any more. */
    private String owner(String name) {
        return names.owner(Name.of(name, Object.class))
                .map(Owner::node)
                .map(NodeId::name)
                .orElse("");
    }

    private Map<String, Integer> members(String group) {
        Map<String, Integer> byNode = new TreeMap<>();
        for (Member<Object> member : groups.entries(Group.of(group, Object.class))) {
            byNode.merge(member.node().name(), member.times(), Integer::sum);
        }
        return byNode;
    }

    private Map<String, Peer> peers() {
        Map<String, Peer> peers = new TreeMap<>();
        for (GroupStatus status : raft.status()) {
            peers.put(
                    status.group(),
                    new Peer(
                            status.role().name(),
                            status.term(),
                            status.leader().orElse(""),
                            status.commitIndex(),
                            status.appliedIndex(),
                            status.votersReached(),
                            status.voters().size()));
        }
        return peers;
    }

    private static Collection<String> sorted(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::name).sorted().toList();
    }
}
