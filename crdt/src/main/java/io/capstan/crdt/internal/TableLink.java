package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.TableInputs;
import io.capstan.crdt.core.TableWire;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way between a table and the mesh, for one channel.
 *
 * <p>What happens on the mesh is posted as {@link Event}s to the actor that owns the table; {@link #handle} and
 * {@link #perform} belong to that actor alone. A refused send waits here for the window: the table's own window bounds how
 * much that can be.
 */
public final class TableLink<K, V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableLink.class);

    private static final int SHORT_BYTES = 1024;

    private final Mesh mesh;
    private final Channel channel;
    private final TableWire<K, V> wire;
    private final Runnable unsubscribe;
    /** Frames refused by the mesh, in order, by linked peer. */
    private final Map<NodeId, Queue<byte[]>> waiting = new HashMap<>();
    /** Peers whose frames cannot be read: said once per link. */
    private final Set<NodeId> unreadable = new HashSet<>();

    /** Something for the owner of the table to {@link #handle}. */
    public sealed interface Event {
        /** Whether it may take but a moment: a frame of few bytes. {@link #isBrief} knows, when its turn has come. */
        boolean isShort();
    }

    private record Happened(MeshEvent event) implements Event {
        @Override
        public boolean isShort() {
            return false; // A node that goes takes all its rows along.
        }
    }

    private final class Arrived implements Event {
        private final NodeId from;
        private final byte[] payload;
        private final Runnable consumed;
        /** What the payload says, once it was read, by the table's owner. */
        private @Nullable Frame<K, V> frame;

        Arrived(NodeId from, byte[] payload, Runnable consumed) {
            this.from = from;
            this.payload = payload;
            this.consumed = consumed;
        }

        @Override
        public boolean isShort() {
            return payload.length <= SHORT_BYTES;
        }

        /** Once: whether it is brief is asked right before it is handled. */
        Frame<K, V> read() {
            Frame<K, V> read = frame;
            if (read == null) {
                read = wire.decode(payload);
                frame = read;
            }
            return read;
        }
    }

    private TableLink(Mesh mesh, Channel channel, TableWire<K, V> wire, Consumer<Event> post) {
        this.mesh = mesh;
        this.channel = channel;
        this.wire = wire;
        mesh.serve(channel, (from, payload, consumed) -> post.accept(new Arrived(from, payload, consumed)));
        this.unsubscribe = mesh.subscribe(event -> post.accept(new Happened(event)));
    }

    /**
     * Serves the channel and subscribes to the mesh.
     *
     * @param post called on the mesh's thread: tells the owning actor and returns
     */
    public static <K, V> TableLink<K, V> open(Mesh mesh, Channel channel, TableWire<K, V> wire, Consumer<Event> post) {
        return new TableLink<>(mesh, channel, wire, post);
    }

    /** Gives the table what the event means to it. */
    public void handle(Event event, TableInputs<K, V> table) {
        if (event instanceof TableLink<?, ?>.Arrived) {
            frame(ours(event), table);
        } else if (event instanceof Happened happened) {
            mesh(happened.event(), table);
        }
    }

    /**
     * Whether to {@link #handle} it now takes but a moment. The bytes alone do not tell: the last few rows of a large slot
     * make all of it visible.
     *
     * @param table whether a frame takes but a moment there, as {@code Table.isBrief}
     */
    public boolean isBrief(Event event, BiPredicate<NodeId, Frame<K, V>> table) {
        if (!event.isShort() || !(event instanceof TableLink<?, ?>.Arrived)) {
            return false;
        }
        try {
            Arrived arrived = ours(event);
            return table.test(arrived.from, arrived.read());
        } catch (MalformedFrame e) {
            return true; // It is refused.
        }
    }

    /** Sends what is to be sent and logs what people should know; all else is the caller's. */
    public void perform(Effect<K, V> effect) {
        if (effect instanceof Effect.Send<K, V> send) {
            send(send);
        } else if (effect instanceof Effect.Refused<K, V> refused) {
            LOG.warn("{} from {}: {}", channel.name(), refused.peer(), refused.reason());
        } else if (effect instanceof Effect.Diverged<K, V> diverged) {
            LOG.error(
                    "{}: our copy of {} and that of {} differ at the same version, which is a bug; they are being mended",
                    channel.name(),
                    diverged.slot(),
                    diverged.peer());
        }
    }

    /** Sends, or keeps for later what the window refuses, or drops what goes to somebody who is not linked. */
    private void send(Effect.Send<K, V> send) {
        Queue<byte[]> queue = waiting.get(send.peer());
        if (queue == null) {
            return;
        }
        byte[] payload = wire.encode(send.frame());
        if (!queue.isEmpty() || !mesh.send(send.peer(), channel, payload)) {
            queue.add(payload);
        }
    }

    /** Withdraws from the mesh; events already posted may still come. */
    @Override
    public void close() {
        unsubscribe.run();
        mesh.withdraw(channel);
    }

    private void frame(Arrived arrived, TableInputs<K, V> table) {
        try {
            table.frame(arrived.from, arrived.read());
        } catch (MalformedFrame e) {
            if (unreadable.add(arrived.from)) {
                LOG.warn("refused {} from {}: {}", channel.name(), arrived.from, e.getMessage());
            }
        } finally {
            arrived.consumed.run();
        }
    }

    /** Whoever owns the table gets events of this link alone. */
    @SuppressWarnings("unchecked")
    private Arrived ours(Event event) {
        return (Arrived) event;
    }

    private void mesh(MeshEvent event, TableInputs<K, V> table) {
        NodeId peer = event.peer();
        if (event instanceof MeshEvent.Linked) {
            waiting.put(peer, new ArrayDeque<>());
            unreadable.remove(peer);
            table.linked(peer);
        } else if (event instanceof MeshEvent.Unlinked) {
            waiting.remove(peer);
            unreadable.remove(peer);
            table.unlinked(peer);
        } else if (event instanceof MeshEvent.Visible) {
            table.visible(peer);
        } else if (event instanceof MeshEvent.Hidden) {
            table.hidden(peer);
        } else if (event instanceof MeshEvent.Writable writable
                && writable.channel().equals(channel)) {
            resume(peer);
        }
    }

    private void resume(NodeId peer) {
        Queue<byte[]> queue = waiting.getOrDefault(peer, new ArrayDeque<>());
        while (!queue.isEmpty() && mesh.send(peer, channel, queue.element())) {
            queue.remove();
        }
    }
}
