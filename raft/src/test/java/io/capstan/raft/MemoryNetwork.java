package io.capstan.raft;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The links of some nodes in one process, on one thread, to be cut and mended at once. */
public final class MemoryNetwork implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread daemon = new Thread(task, "memory-network");
        daemon.setDaemon(true);
        return daemon;
    });
    private final Map<String, Links> nodes = new TreeMap<>();
    private final Set<Set<String>> cuts = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final Random chance = new Random(1);
    private volatile @Nullable Channel lossy;
    private volatile @Nullable Channel full;
    private @Nullable Channel slow;
    private final List<Runnable> held = new ArrayList<>();
    private final java.util.concurrent.atomic.LongAdder frames = new java.util.concurrent.atomic.LongAdder();
    private final java.util.concurrent.atomic.LongAdder refused = new java.util.concurrent.atomic.LongAdder();
    private long incarnations;

    /** A node appears, linked to all that are there. */
    synchronized Mesh start(String name) {
        Links links = new Links(new NodeId(name, ++incarnations));
        nodes.put(name, links);
        refresh();
        return links;
    }

    /** A node is gone: its links break. */
    synchronized void stop(String name) {
        nodes.remove(name);
        refresh();
    }

    /** Breaks the links between the nodes of one group and those of the other. */
    public synchronized void cut(List<String> some, List<String> others) {
        some.forEach(a -> others.stream().filter(b -> !b.equals(a)).forEach(b -> cuts.add(Set.of(a, b))));
        refresh();
    }

    /** From now on every other frame of this channel is lost, as when it takes another way; null for none. */
    public void lose(@Nullable Channel channel) {
        lossy = channel;
    }

    /** From now on there is no room for frames of this channel on any link; null for room again, which nodes are told. */
    public synchronized void fill(@Nullable Channel channel) {
        Channel before = full;
        full = channel;
        if (before != null) {
            nodes.values()
                    .forEach(node -> node.linked.forEach(peer -> node.tell(new MeshEvent.Writable(peer, before))));
        }
    }

    /** From now on frames of this channel are under way until this is called with null. */
    public synchronized void hold(@Nullable Channel channel) {
        slow = channel;
        if (channel == null) {
            held.forEach(thread::execute);
            held.clear();
        }
    }

    /** How many frames are held. */
    public synchronized int held() {
        return held.size();
    }

    private synchronized void carry(Channel channel, Runnable frame) {
        if (channel.equals(slow)) {
            held.add(frame);
        } else {
            thread.execute(frame);
        }
    }

    /** How many found no room so far. */
    public long refused() {
        return refused.sum();
    }

    /** How many were sent so far. */
    public long frames() {
        return frames.sum();
    }

    public synchronized void heal() {
        cuts.clear();
        refresh();
    }

    private void refresh() {
        nodes.values().forEach(Links::refresh);
    }

    private synchronized boolean joined(NodeId a, NodeId b) {
        Links one = nodes.get(a.name());
        Links other = nodes.get(b.name());
        return one != null
                && other != null
                && one.self.equals(a)
                && other.self.equals(b)
                && !a.name().equals(b.name())
                && !cuts.contains(Set.of(a.name(), b.name()));
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private final class Links implements Mesh {
        private final NodeId self;
        private final Map<Channel, Receiver> served = new HashMap<>();
        private final List<Consumer<MeshEvent>> listeners = new ArrayList<>();
        private volatile Set<NodeId> linked = Set.of();

        Links(NodeId self) {
            this.self = self;
        }

        private void refresh() {
            Set<NodeId> before = linked;
            Set<NodeId> now = new TreeSet<>();
            for (Links other : nodes.values()) {
                if (joined(self, other.self)) {
                    now.add(other.self);
                }
            }
            linked = Set.copyOf(now);
            before.stream().filter(peer -> !now.contains(peer)).forEach(peer -> {
                tell(new MeshEvent.Unlinked(peer, NodeEvent.Reason.CLOSED));
                tell(new MeshEvent.Hidden(peer));
            });
            now.stream().filter(peer -> !before.contains(peer)).forEach(peer -> {
                tell(new MeshEvent.Visible(peer));
                tell(new MeshEvent.Linked(peer));
            });
        }

        private void tell(MeshEvent event) {
            thread.execute(() -> listeners.forEach(listener -> listener.accept(event)));
        }

        @Override
        public NodeId self() {
            return self;
        }

        @Override
        public Set<NodeId> linked() {
            return linked;
        }

        @Override
        public Set<NodeId> visible() {
            return linked;
        }

        @Override
        public void serve(Channel channel, Receiver receiver) {
            thread.execute(() -> served.put(channel, receiver));
        }

        @Override
        public void withdraw(Channel channel) {
            thread.execute(() -> served.remove(channel));
        }

        @Override
        public boolean send(NodeId to, Channel channel, byte[] payload) {
            if (payload.length > PAYLOAD_BYTES_MAX) {
                throw new IllegalArgumentException("a payload of " + payload.length + " bytes");
            }
            if (!joined(self, to)) {
                return false;
            }
            if (channel.equals(full)) {
                refused.increment();
                return false;
            }
            frames.increment();
            byte[] copy = Arrays.copyOf(payload, payload.length);
            carry(channel, () -> {
                Links other;
                synchronized (MemoryNetwork.this) {
                    other = joined(self, to) ? nodes.get(to.name()) : null;
                }
                boolean lost = channel.equals(lossy) && chance.nextBoolean();
                Receiver receiver = other == null || lost ? null : other.served.get(channel);
                if (receiver != null) {
                    receiver.onFrame(self, copy, () -> {});
                }
            });
            return true;
        }

        @Override
        public Runnable subscribe(Consumer<MeshEvent> listener) {
            thread.execute(() -> {
                linked.forEach(peer -> listener.accept(new MeshEvent.Visible(peer)));
                listeners.add(listener);
            });
            return () -> thread.execute(() -> listeners.remove(listener));
        }
    }
}
