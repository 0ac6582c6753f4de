package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.Codec;
import io.capstan.raft.GroupDirectory;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.PekkoCodec;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.Errands;
import io.capstan.raft.internal.effect.Mailroom;
import io.capstan.raft.internal.effect.Way;
import io.capstan.raft.internal.log.DurableLog;
import io.capstan.raft.internal.log.LogDamage;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.RaftFrame;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members that live on this node, and the way of a frame to the right one. Thread-safe. */
public final class Hosts {
    private static final Logger LOG = LoggerFactory.getLogger(Hosts.class);
    private static final SecureRandom CHANCE = new SecureRandom();

    private final ActorSystem<?> system;
    private final Mesh mesh;
    private final Store store;
    private final RaftSettings settings;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();
    private final ActorRef<Mailroom.Parcel> mailroom;
    private final Way effects;
    private final LastWords lastWords;
    private final Runnable unsubscribe;
    private final Runnable unwatch;

    private static final class Host {
        final Inbox inbox = new Inbox();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile @Nullable GroupStatus status;
    }

    public Hosts(ActorSystem<?> system, Mesh mesh, Store store, RaftSettings settings) {
        this.system = system;
        this.mesh = mesh;
        this.store = store;
        this.settings = settings;
        mesh.serve(RaftFrame.CHANNEL, this::onRaftFrame);
        mesh.serve(RaftFrame.SNAPSHOTS, this::onRaftFrame);
        Codec messages = new PekkoCodec(system);
        mailroom = system.systemActorOf(
                Mailroom.create(
                        messages,
                        settings.effects().watchesMax(),
                        Errands.watchesKept(settings.effects()),
                        this::sendEffect),
                "capstan-raft-mailroom",
                // It decodes users' messages, and consensus must not wait for that.
                DispatcherSelector.defaultDispatcher());
        ActorRefResolver references = ActorRefResolver.get(system);
        effects = new Way(this::reached, this::sendEffect, messages, references::toSerializationFormat);
        mesh.serve(EffectFrame.CHANNEL, this::onEffectFrame);
        lastWords = new LastWords(mesh, settings.peer().outboxBytesMax());
        unsubscribe = mesh.subscribe(this::onLinks);
        unwatch = store.watch(new Store.Watcher() {
            @Override
            public void full(StoreFailure why) {
                // Whoever writes next is refused; who does not write need not know.
            }

            @Override
            public void roomAgain() {
                tellAll(new PeerEvent.Room());
            }

            @Override
            public void failed(StoreFailure why) {
                // An idle leader too: it would go on answering reads and never be able to promise anything again.
                tellAll(new PeerEvent.StoreEnded(why));
            }
        });
    }

    private void onLinks(MeshEvent event) {
        // Room on others' channels is no member's business, and would wake a thousand that rest.
        if (!(event instanceof MeshEvent.Writable writable) || RaftFrame.isOn(writable.channel())) {
            lastWords.onLinks(event);
            tellAll(new PeerEvent.Links(event));
        }
    }

    private void tellAll(PeerEvent event) {
        hosts.values().forEach(host -> host.inbox.add(event));
    }

    /**
     * Starts this node's member of a group, reading its log; blocks on the disk.
     *
     * @throws RaftFailure INVALID when it runs already, DAMAGED when its log cannot be trusted
     */
    public void start(String group, Supplier<? extends StateMachine<?, ?>> machine, Codec codec) {
        NodeId.requireName(group);
        Host host = new Host();
        if (hosts.putIfAbsent(group, host) != null) {
            throw new RaftFailure(RaftFailure.Kind.INVALID, "this node's member of group " + group + " runs already");
        }
        try {
            DurableLog log = DurableLog.open(store, group, CHANCE.nextLong(1, Long.MAX_VALUE));
            LogDamage damage = log.damage();
            if (damage != null) {
                throw new Malformed(damage.what());
            }
            Snapshotting snapshots = new Snapshotting(
                    store.snapshots(),
                    group,
                    system.dispatchers().lookup(DispatcherSelector.fromConfig("capstan.raft.snapshot-dispatcher")));
            snapshots.begin(log.snapshot().index());
            requireSound(snapshots, log.snapshot().index());
            PeerParts parts = new PeerParts(
                    group,
                    settings,
                    mesh,
                    log,
                    machine,
                    codec,
                    snapshots,
                    effects,
                    lastWords,
                    status -> host.status = status,
                    () -> ended(group, host));
            // Whoever is there now; the subscription tells of changes from here on, and twice does no harm.
            Set<NodeId> visible = mesh.visible();
            visible.forEach(node -> host.inbox.add(new PeerEvent.Links(new MeshEvent.Visible(node))));
            system.systemActorOf(
                    PeerActor.create(parts, host.inbox),
                    "capstan-raft-" + group + "-" + Long.toHexString(CHANCE.nextLong()),
                    DispatcherSelector.fromConfig("capstan.raft.peer-dispatcher"));
        } catch (Malformed damaged) {
            hosts.remove(group, host);
            throw new RaftFailure(
                    RaftFailure.Kind.DAMAGED,
                    "the log of group " + group + " on node " + mesh.self().name() + " cannot be trusted ("
                            + damaged.getMessage() + "): `capstan raft offline forget` lets this node join anew");
        } catch (RuntimeException refused) {
            hosts.remove(group, host);
            throw refused;
        }
    }

    /** The beginning and the end of it; the rest when it is read. */
    private static void requireSound(Snapshotting snapshots, long index) {
        try (Snapshots.Snapshot file = snapshots.open(index)) {
            if (file == null && index > 0) {
                throw new Malformed("the snapshot of entry " + index + ", on which it stands, is gone");
            }
        } catch (StoreFailure unreadable) {
            if (unreadable.kind() == StoreFailure.Kind.DAMAGED || unreadable.kind() == StoreFailure.Kind.NEWER_FORMAT) {
                throw new Malformed(String.valueOf(unreadable.getMessage()));
            }
            throw unreadable;
        }
    }

    private void ended(String group, Host host) {
        hosts.remove(group, host);
        // Elsewhere: whoever waits for it may stop the node, and this may be the store's thread, or the links'.
        host.ended.completeAsync(() -> null);
    }

    /** Stops this node's member; done at once when there is none. */
    public CompletionStage<Void> stop(String group) {
        Host host = hosts.get(group);
        if (host == null) {
            return CompletableFuture.completedStage(null);
        }
        host.inbox.add(new PeerEvent.Stop());
        return host.ended;
    }

    /** What this node's member knows; null without one. */
    public @Nullable GroupStatus status(String group) {
        Host host = hosts.get(group);
        return host == null ? null : host.status;
    }

    /** Saves the snapshot of {@code index}, or a later one, of this node's member to a file. */
    public CompletionStage<GroupDirectory.Outcome> backup(String group, long index, Path file) {
        Host host = hosts.get(group);
        if (host == null) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.NO_MEMBER, mesh.self().name() + " has no member of group " + group));
        }
        CompletableFuture<GroupDirectory.Outcome> outcome = new CompletableFuture<>();
        host.inbox.add(new PeerEvent.Backup(index, file, outcome));
        // What comes after its last event nobody reads.
        return outcome.applyToEither(
                host.ended.thenApply(ended -> {
                    throw new RaftFailure(
                            RaftFailure.Kind.NOT_NOW, "the member of group " + group + " stopped meanwhile");
                }),
                saved -> saved);
    }

    /** The groups that have a member here. */
    public Set<String> groups() {
        return Set.copyOf(hosts.keySet());
    }

    /** Hands a request to this node's member; {@code responder} is told one reply. */
    public void ask(ClientFrame.Request request, Responder responder) {
        Host host = hosts.get(request.group());
        if (host == null) {
            responder.reply(new ClientFrame.Refused(
                    request.correlation(), Why.NO_PEER, "", 0, 0, mesh.self().name() + " has no member"));
            return;
        }
        Responder admitted = host.inbox.admit(responder, settings.peer().requestsMax());
        if (admitted == null) {
            responder.reply(new ClientFrame.Refused(
                    request.correlation(),
                    Why.OVERLOADED,
                    "",
                    0,
                    0,
                    "capstan.raft.peer.requests-max = " + settings.peer().requestsMax() + " requests wait already"));
        } else {
            host.inbox.ask(new PeerEvent.Asked(request, admitted));
        }
    }

    private void onRaftFrame(NodeId from, byte[] payload, Runnable consumed) {
        try {
            RaftFrame frame = RaftFrame.of(payload);
            Host host = hosts.get(frame.group());
            if (host != null) {
                host.inbox.bring(new PeerEvent.Frame(from.name(), frame, consumed));
                return;
            }
        } catch (Malformed malformed) {
            LOG.warn("dropped a frame from {}: {}", from, malformed.getMessage());
        }
        consumed.run();
    }

    // Effects: to the mailrooms of all nodes, and back.

    private Set<NodeId> reached() {
        Set<NodeId> all = new HashSet<>(mesh.visible());
        all.add(mesh.self());
        return all;
    }

    private void sendEffect(NodeId to, EffectFrame frame) {
        if (to.equals(mesh.self())) {
            takeEffect(to, frame, () -> {});
        } else if (!mesh.send(to, EffectFrame.CHANNEL, frame.toBytes())) {
            LOG.debug("no room on the link to {} for {}: it comes again", to, frame.id());
        }
    }

    private void onEffectFrame(NodeId from, byte[] payload, Runnable consumed) {
        try {
            takeEffect(from, EffectFrame.of(payload), consumed);
        } catch (Malformed malformed) {
            LOG.warn("dropped a frame from {}: {}", from, malformed.getMessage());
            consumed.run();
        }
    }

    private void takeEffect(NodeId from, EffectFrame frame, Runnable consumed) {
        if (frame instanceof EffectFrame.Order order) {
            mailroom.tell(new Mailroom.Parcel(from, order, consumed));
            return;
        }
        Host host = hosts.get(frame.group());
        if (host != null && frame instanceof EffectFrame.Answer answer) {
            host.inbox.add(new PeerEvent.Answered(from, answer));
        }
        consumed.run();
    }

    /** Stops all members. */
    public CompletionStage<Void> close() {
        unsubscribe.run();
        unwatch.run();
        mesh.withdraw(RaftFrame.CHANNEL);
        mesh.withdraw(RaftFrame.SNAPSHOTS);
        mesh.withdraw(EffectFrame.CHANNEL);
        return CompletableFuture.allOf(hosts.keySet().stream()
                .map(group -> stop(group).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }
}
