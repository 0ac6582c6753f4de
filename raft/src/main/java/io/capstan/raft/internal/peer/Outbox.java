package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.raft.internal.wire.RaftFrame;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member's frames on their way to others. What the link has no room for waits here, in order and bounded; what cannot
 * be sent or kept is dropped, as the core allows.
 */
final class Outbox {
    /** The frames of one channel that wait for the way to one node. */
    private final class Line {
        final NodeId node;
        final Channel channel;
        final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        long bytes;

        Line(NodeId node, Channel channel) {
            this.node = node;
            this.channel = channel;
        }

        void send(byte[] frame) {
            if (waiting.isEmpty() && mesh.send(node, channel, frame)) {
                return;
            }
            if (bytes + frame.length <= bytesMax) {
                waiting.add(frame);
                bytes += frame.length;
            }
        }

        void flush() {
            while (!waiting.isEmpty() && mesh.send(node, channel, waiting.peek())) {
                bytes -= waiting.remove().length;
            }
        }

        void clear() {
            waiting.clear();
            bytes = 0;
        }
    }

    /** Pieces of snapshots, of which the core has a window on their way, wait apart: nothing else waits behind them. */
    private record Lines(Line messages, Line snapshots) {
        NodeId node() {
            return messages.node;
        }

        Line of(Channel channel) {
            return channel.equals(RaftFrame.SNAPSHOTS) ? snapshots : messages;
        }
    }

    private final Mesh mesh;
    private final long bytesMax;
    // Only who can be reached now.
    private final Map<String, Lines> lines = new HashMap<>();

    Outbox(Mesh mesh, long bytesMax) {
        this.mesh = mesh;
        this.bytesMax = bytesMax;
    }

    void send(String to, RaftFrame frame) {
        Lines way = lines.get(to);
        if (way != null) {
            way.of(frame.channel()).send(frame.toBytes());
        }
    }

    /** The last frame of all: what waits here before it is given up with its member. */
    void sendLast(String to, RaftFrame frame, LastWords lastWords) {
        Lines way = lines.get(to);
        if (way != null) {
            lastWords.say(way.node(), frame);
        }
    }

    /** How many of these can be reached, ourselves included. */
    int reached(Collection<String> names) {
        int reached = 0;
        for (String name : names) {
            reached += name.equals(mesh.self().name()) || lines.containsKey(name) ? 1 : 0;
        }
        return reached;
    }

    /** Returns the name of a node that frames may have been lost to, or null. */
    @Nullable
    String onLinks(MeshEvent event) {
        NodeId peer = event.peer();
        String name = peer.name();
        Lines way = lines.get(name);
        if (event instanceof MeshEvent.Visible) {
            lines.put(name, new Lines(new Line(peer, RaftFrame.CHANNEL), new Line(peer, RaftFrame.SNAPSHOTS)));
            // Its node runs anew, and nothing more is told of the run before: what that one had is lost.
            return way != null && !way.node().equals(peer) ? name : null;
        } else if (way != null && way.node().equals(peer)) {
            if (event instanceof MeshEvent.Hidden) {
                lines.remove(name);
                return name;
            }
            if (event instanceof MeshEvent.Unlinked) {
                // What waits belongs behind frames that are lost now.
                way.messages().clear();
                way.snapshots().clear();
                return name;
            }
            if (event instanceof MeshEvent.Writable writable) {
                way.of(writable.channel()).flush();
            }
        }
        return null;
    }
}
