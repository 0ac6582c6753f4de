package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.raft.internal.wire.RaftFrame;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * What members that end say last: their farewells. Whoever said it is not there to say it again when the link had no room,
 * and a group at rest would never miss its leader. Thread-safe; bounded as a member's own frames are, by bytes for each node.
 */
final class LastWords {
    private static final class Line {
        final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        long bytes;
    }

    private final Mesh mesh;
    private final long bytesMax;
    private final Map<NodeId, Line> lines = new HashMap<>();

    LastWords(Mesh mesh, long bytesMax) {
        this.mesh = mesh;
        this.bytesMax = bytesMax;
    }

    synchronized void say(NodeId to, RaftFrame frame) {
        byte[] bytes = frame.toBytes();
        Line line = lines.computeIfAbsent(to, node -> new Line());
        if (line.bytes + bytes.length <= bytesMax) {
            line.waiting.add(bytes);
            line.bytes += bytes.length;
        }
        flush(to, line);
    }

    synchronized void onLinks(MeshEvent event) {
        Line line = lines.get(event.peer());
        if (line == null) {
            return;
        }
        if (event instanceof MeshEvent.Writable) {
            flush(event.peer(), line);
        } else if (event instanceof MeshEvent.Unlinked || event instanceof MeshEvent.Hidden) {
            lines.remove(event.peer()); // That says it all.
        }
    }

    private void flush(NodeId to, Line line) {
        while (!line.waiting.isEmpty() && mesh.send(to, RaftFrame.CHANNEL, line.waiting.element())) {
            line.bytes -= line.waiting.remove().length;
        }
        if (line.waiting.isEmpty()) {
            lines.remove(to);
        }
    }
}
