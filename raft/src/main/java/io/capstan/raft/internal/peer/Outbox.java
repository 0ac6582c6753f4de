package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
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
    private static final class Line {
        final NodeId node;
        final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        long bytes;

        Line(NodeId node) {
            this.node = node;
        }
    }

    private final Mesh mesh;
    private final long bytesMax;
    // Only who can be reached now.
    private final Map<String, Line> lines = new HashMap<>();

    Outbox(Mesh mesh, long bytesMax) {
        this.mesh = mesh;
        this.bytesMax = bytesMax;
    }

    void send(String to, RaftFrame frame) {
        Line line = lines.get(to);
        if (line == null) {
            return;
        }
        byte[] bytes = frame.toBytes();
        if (frame.channel().equals(RaftFrame.SNAPSHOTS)) {
            // One piece is on its way at a time; what finds no room is asked for again.
            mesh.send(line.node, RaftFrame.SNAPSHOTS, bytes);
            return;
        }
        if (line.waiting.isEmpty() && mesh.send(line.node, RaftFrame.CHANNEL, bytes)) {
            return;
        }
        if (line.bytes + bytes.length <= bytesMax) {
            line.waiting.add(bytes);
            line.bytes += bytes.length;
        }
    }

    /** The last frame of all: what waits here before it is given up with its member. */
    void sendLast(String to, RaftFrame frame, LastWords lastWords) {
        Line line = lines.get(to);
        if (line != null) {
            lastWords.say(line.node, frame);
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
        String name = event.peer().name();
        Line line = lines.get(name);
        if (event instanceof MeshEvent.Visible) {
            lines.put(name, new Line(event.peer()));
            // Its node runs anew, and nothing more is told of the run before: what that one had is lost.
            return line != null && !line.node.equals(event.peer()) ? name : null;
        } else if (line != null && line.node.equals(event.peer())) {
            if (event instanceof MeshEvent.Hidden) {
                lines.remove(name);
                return name;
            }
            if (event instanceof MeshEvent.Unlinked) {
                // What waits belongs behind frames that are lost now.
                line.waiting.clear();
                line.bytes = 0;
                return name;
            }
            if (event instanceof MeshEvent.Writable writable
                    && writable.channel().equals(RaftFrame.CHANNEL)) {
                flush(line);
            }
        }
        return null;
    }

    private void flush(Line line) {
        while (!line.waiting.isEmpty() && mesh.send(line.node, RaftFrame.CHANNEL, line.waiting.peek())) {
            line.bytes -= line.waiting.remove().length;
        }
    }
}
