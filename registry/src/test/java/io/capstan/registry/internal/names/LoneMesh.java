package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The links of a node to one peer, whom the test plays: it is the links' thread. */
final class LoneMesh implements Mesh {
    /** A frame to the peer, and the thread that sent it. */
    record Sent(byte[] payload, Thread by) {}

    private final NodeId self;
    private final NodeId peer;
    private final Map<Channel, Receiver> receivers = new ConcurrentHashMap<>();
    private final Map<Channel, Queue<Sent>> sent = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<MeshEvent>> listeners = new CopyOnWriteArrayList<>();

    LoneMesh(NodeId self, NodeId peer) {
        this.self = self;
        this.peer = peer;
    }

    void link() {
        listeners.forEach(listener -> listener.accept(new MeshEvent.Visible(peer)));
        listeners.forEach(listener -> listener.accept(new MeshEvent.Linked(peer)));
    }

    boolean serves(Channel channel) {
        return receivers.containsKey(channel);
    }

    void bring(Channel channel, byte[] payload) {
        Objects.requireNonNull(receivers.get(channel)).onFrame(peer, payload, () -> {});
    }

    /** What was sent on the channel, to be taken. */
    Queue<Sent> sent(Channel channel) {
        return sent.computeIfAbsent(channel, absent -> new ConcurrentLinkedQueue<>());
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public Set<NodeId> linked() {
        return Set.of(peer);
    }

    @Override
    public Set<NodeId> visible() {
        return Set.of(peer);
    }

    @Override
    public void serve(Channel channel, Receiver receiver) {
        receivers.put(channel, receiver);
    }

    @Override
    public void withdraw(Channel channel) {
        receivers.remove(channel);
    }

    @Override
    public boolean send(NodeId to, Channel channel, byte[] payload) {
        return sent(channel).add(new Sent(payload, Thread.currentThread()));
    }

    @Override
    public Runnable subscribe(Consumer<MeshEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
