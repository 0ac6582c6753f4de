package io.capstan.raft;

import io.capstan.actors.Node;
import io.capstan.actors.internal.NodeInternals;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.Store;
import io.capstan.raft.internal.PekkoCodec;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.client.Founder;
import io.capstan.raft.internal.client.Requests;
import io.capstan.raft.internal.peer.Hosts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Consensus on one node: its members of groups, and the way to all groups of the cluster. Thread-safe.
 *
 * <pre>{@code
 * Raft raft = Raft.get(node);
 * raft.startPeer("stack", Stack::new);                                    // on each of the three nodes
 * raft.setConfiguration("stack", List.of("shop-1", "shop-2", "shop-3"));  // on any one, once
 * raft.group("stack").write(new Push(1), within(ofSeconds(3)));           // from any node of the cluster
 * }</pre>
 */
public final class Raft implements AutoCloseable {
    private static final Duration CONFIGURATION_WITHIN = Duration.ofSeconds(10);

    private final RaftSettings settings;
    private final Hosts hosts;
    private final Requests requests;
    private final Founder founder;
    private final Codec codec;

    Raft(ActorSystem<?> system, Mesh mesh, Store store) {
        settings = RaftSettings.fromConfig(system.settings().config());
        hosts = new Hosts(system, mesh, store, settings);
        requests = new Requests(system, mesh, hosts, settings.client());
        founder = new Founder(system, requests);
        codec = new PekkoCodec(system);
    }

    /** The node's one instance. */
    public static Raft get(Node node) {
        NodeInternals internals = node.internals();
        return internals.service(Raft.class, own -> new Raft(own.system(), internals.mesh(), internals.store()));
    }

    /**
     * Starts this node's member of {@code group}. With an empty log it waits to be told of the group; otherwise it goes
     * on where it was. Reads the log, so it blocks for as long as that takes.
     *
     * @param group 1 to 64 of the characters {@code A-Z a-z 0-9 . _ -}
     * @param machine makes the state machine; called once, on another thread
     * @throws RaftFailure INVALID when it runs already; DAMAGED when its log cannot be trusted
     */
    public void startPeer(String group, Supplier<? extends StateMachine<?, ?>> machine) {
        startPeer(group, machine, codec);
    }

    /** As {@link #startPeer(String, Supplier)}, with commands, queries and replies in a form of their own. */
    public void startPeer(String group, Supplier<? extends StateMachine<?, ?>> machine, Codec own) {
        hosts.start(group, machine, own);
    }

    /** Stops this node's member of {@code group}; its log stays. Done at once when there is none. */
    public CompletionStage<Void> stopPeer(String group) {
        return hosts.stop(group);
    }

    /**
     * Makes {@code group}, on members that are in none yet; done again with the same nodes it changes nothing.
     *
     * @param nodes names of the nodes whose members vote; each must have started its member
     * @return fails with a {@link RaftFailure}: NO_MEMBER when not all of them answered within ten seconds, INVALID when
     *     the group has other voters
     */
    public CompletionStage<Void> setConfiguration(String group, List<String> nodes) {
        return founder.make(group, nodes, CONFIGURATION_WITHIN);
    }

    /** A group of the cluster, for use from here, with the default codec. */
    public RaftGroup group(String name) {
        return group(name, codec);
    }

    /** A group of the cluster, for use from here. */
    public RaftGroup group(String name, Codec own) {
        return new RaftGroup(name, requests, own, settings.client().readWithin());
    }

    /** Name of the node that leads {@code group}, as far as this node's member knows. */
    public Optional<String> leader(String group) {
        return status(group).flatMap(GroupStatus::leader);
    }

    /** What this node's member of {@code group} knows; empty without one. */
    public Optional<GroupStatus> status(String group) {
        return Optional.ofNullable(hosts.status(group));
    }

    /** What this node's members know, by name of their groups. */
    public List<GroupStatus> status() {
        return hosts.groups().stream()
                .sorted()
                .flatMap(group -> status(group).stream())
                .toList();
    }

    /** Stops this node's members. The node does it when it stops. */
    @Override
    public void close() {
        hosts.close().toCompletableFuture().join();
        requests.close();
    }
}
