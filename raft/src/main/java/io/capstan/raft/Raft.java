package io.capstan.raft;

import io.capstan.actors.Node;
import io.capstan.actors.internal.Leaving;
import io.capstan.actors.internal.NodeInternals;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.Store;
import io.capstan.raft.internal.PekkoCodec;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.client.Founder;
import io.capstan.raft.internal.client.Joiner;
import io.capstan.raft.internal.client.Members;
import io.capstan.raft.internal.client.Requests;
import io.capstan.raft.internal.peer.GroupFigures;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.wire.ClientFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Duration FOUNDING_WITHIN = Duration.ofSeconds(10);
    private static final long FOUNDING_AGAIN_MILLIS = 200;
    // Less than Pekko gives the phase of a shutdown in which a node stops.
    private static final long CLOSING_SECONDS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Raft.class);

    private final String self;
    private final RaftSettings settings;
    private final Hosts hosts;
    private final Requests requests;
    private final Founder founder;
    private final Members members;
    private final @Nullable Joiner joiner;
    private final Duration changeWithin;
    private final Codec codec;
    private volatile boolean closed;

    Raft(ActorSystem<?> system, Mesh mesh, Store store) {
        self = mesh.self().name();
        settings = RaftSettings.fromConfig(system.settings().config());
        hosts = new Hosts(system, mesh, store, settings);
        requests = new Requests(system, mesh, hosts, settings.client());
        founder = new Founder(system, requests);
        members = new Members(system, requests, hosts);
        joiner = settings.membership().autoJoin()
                ? new Joiner(
                        system,
                        members,
                        hosts,
                        settings.membership().check(),
                        settings.membership().joinsMax())
                : null;
        changeWithin = settings.client().changeWithin();
        codec = new PekkoCodec(system);
    }

    /** The node's one instance. */
    public static Raft get(Node node) {
        NodeInternals internals = node.internals();
        return internals.service(Raft.class, own -> {
            Raft raft = new Raft(own.system(), internals.mesh(), internals.store());
            internals.measured(new GroupFigures(raft.hosts));
            internals.beforeStop(Leaving.LEADERSHIP, raft::handOver);
            return raft;
        });
    }

    /**
     * Starts this node's member of {@code group}. With an empty log it waits to be told of the group; otherwise it goes
     * on where it was. Reads the log, so it blocks for as long as that takes.
     *
     * @param group 1 to 64 of the characters {@code A-Z a-z 0-9 . _ -}; {@link IllegalArgumentException} for any other
     * @param machine makes the state machine; called once, on another thread
     * @throws RaftFailure INVALID when it runs already; DAMAGED when its log cannot be trusted. The store's own when the disk
     *     fails
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
     * Has exactly {@code nodes} vote in {@code group}. The first time this makes the group, on members that are in none
     * yet, and the order of the nodes decides who does it; later it is a sequence of single steps, each safe by itself:
     * whoever is missing is added as a learner and promoted once it has caught up, then the others are removed. Begun
     * again after an interruption it goes on where it was; done again it changes nothing. Fewer voters than {@code
     * capstan.raft.membership.voters-target} are raised to it by the leader as long as there are learners.
     *
     * @param nodes names of the nodes whose members vote; each must have started its member
     * @return fails with a {@link RaftFailure}: NO_MEMBER when a group is to be made and not all answered within ten
     *     seconds, or one never did; NOT_NOW, NO_LEADER or UNKNOWN_OUTCOME when a change was not done within {@code
     *     capstan.raft.client.change-within}
     */
    public CompletionStage<Void> setConfiguration(String group, List<String> nodes) {
        return founder.make(group, nodes, FOUNDING_WITHIN)
                .thenCompose(made -> made
                        ? CompletableFuture.completedStage(null)
                        : members.reconfigure(group, nodes, changeWithin));
    }

    /**
     * Starts this node's member of {@code group} if it is one of {@code voters}; any other node does nothing. The first of
     * them makes the group as soon as all answer, however long that takes, unless it is made already, with whatever voters:
     * a list that is edited later changes nothing.
     *
     * @throws RaftFailure as {@link #startPeer(String, Supplier)}
     */
    public void startVoter(
            String group, List<String> voters, Supplier<? extends StateMachine<?, ?>> machine, Codec own) {
        if (voters.contains(self)) {
            startPeer(group, machine, own);
            if (voters.get(0).equals(self)) {
                makeOnce(group, voters);
            }
        }
    }

    private void makeOnce(String group, List<String> voters) {
        founder.make(group, voters, FOUNDING_WITHIN).whenComplete((made, failure) -> {
            if (failure != null && !closed) {
                CompletableFuture.delayedExecutor(FOUNDING_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> makeOnce(group, voters));
            }
        });
    }

    /**
     * What the leader of {@code group} knows, from any node; fails with a {@link RaftFailure} when nobody leads within
     * {@code capstan.raft.client.read-within}.
     */
    public CompletionStage<GroupDescription> describe(String group) {
        return members.describe(group, settings.client().readWithin()).thenApply(found -> described(group, found));
    }

    private static GroupDescription described(String group, ClientFrame.Description found) {
        return new GroupDescription(
                group,
                found.id().epoch(),
                found.leader().name(),
                found.term(),
                found.commit(),
                found.configuration(),
                found.members().stream()
                        .map(member -> new GroupDescription.Member(
                                member.id().name(),
                                member.id().incarnation(),
                                member.votes(),
                                member.match(),
                                Duration.ofMillis(member.silentMillis()),
                                member.caughtUp()))
                        .toList());
    }

    /**
     * Gives the member on {@code node} the log of {@code group} without counting it. This and the steps below are done
     * once they are committed, at once when they were done before, and fail with a {@link RaftFailure}: NO_MEMBER, NOT_NOW,
     * NO_LEADER or UNKNOWN_OUTCOME when that was not within {@code capstan.raft.client.change-within}, INVALID when it makes
     * no sense.
     */
    public CompletionStage<Void> addLearner(String group, String node) {
        return members.add(group, node, changeWithin);
    }

    /** Has the member on {@code node} vote, as soon as it has caught up; adds it first if need be. */
    public CompletionStage<Void> promote(String group, String node) {
        return members.promote(group, node, changeWithin);
    }

    /** Removes the member on {@code node}: never so that the rest would have no quorum. Its log stays where it is. */
    public CompletionStage<Void> remove(String group, String node) {
        return members.remove(group, node, changeWithin);
    }

    /** Has the voter on {@code node} lead. */
    public CompletionStage<Void> transferLeadership(String group, String node) {
        return members.transfer(group, node, changeWithin);
    }

    /**
     * Has the member on {@code node} write a snapshot now, so that its log can forget what is in it.
     *
     * @return up to which entry it goes, once it is durable; fails as {@link #addLearner}, and with INVALID when the state
     *     machine takes no snapshots
     */
    public CompletionStage<Long> snapshot(String group, String node) {
        return members.snapshot(group, node, changeWithin);
    }

    /**
     * Saves what this node's member of {@code group} has executed to {@code file}, while the group goes on: at least whatever
     * was committed when this was called. The member takes a snapshot for it. {@link GroupDirectory#restore} makes the group
     * again from it.
     *
     * @param file must not be there
     * @return fails with a {@link RaftFailure}: NO_MEMBER without a member here, NO_LEADER or NOT_NOW when that was not
     *     within {@code capstan.raft.client.change-within}, NOT_NOW also while another snapshot is being written, INVALID when
     *     the state machine takes no snapshots or the file cannot be written
     */
    public CompletionStage<GroupDirectory.Outcome> backup(String group, Path file) {
        return members.snapshotOfAll(group, changeWithin).thenCompose(index -> hosts.backup(group, index, file));
    }

    /**
     * A group of the cluster, for use from here, with the default codec.
     *
     * @param name as for {@link #startPeer}; {@link IllegalArgumentException} for any other
     */
    public RaftGroup group(String name) {
        return group(name, codec);
    }

    /** A group of the cluster, for use from here. */
    public RaftGroup group(String name, Codec own) {
        return new RaftGroup(name, requests, own, settings.client().readWithin());
    }

    /** Name of the node that leads {@code group}, as far as this node's member knows; empty without one. */
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

    /** Has others lead what this node leads. Where nobody can, its members' farewell is all that is left to say. */
    private CompletionStage<Void> handOver() {
        return CompletableFuture.allOf(status().stream()
                .filter(group -> group.role() == GroupStatus.Role.LEADER
                        && group.voters().size() > 1)
                .map(group -> members.handOver(group.group(), self, Duration.ofSeconds(CLOSING_SECONDS))
                        .exceptionally(nobody -> null)
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Stops this node's members. The node does it when it stops. Whose state machine hangs is waited for a little, and left. */
    @Override
    public void close() {
        closed = true;
        if (joiner != null) {
            joiner.close();
        }
        try {
            hosts.close().toCompletableFuture().get(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException hangs) {
            // Its member does nothing more; waiting for it would keep the node's port and directory for ever.
            LOG.error("state machines of {} do not come to an end: this node goes on stopping", hosts.groups());
        } catch (InterruptedException now) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            LOG.error("members of {} did not stop", hosts.groups(), failed);
        }
        requests.close();
    }
}
