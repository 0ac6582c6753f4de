package io.capstan.actors.internal;

import static io.capstan.actors.Figure.Meaning.counter;
import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure;
import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.LinkTraffic;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.internal.link.LinkMesh;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.StoreFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All figures of one node: its own, and those of its services. Thread-safe. */
final class NodeFigures {
    private static final Logger log = LoggerFactory.getLogger(NodeFigures.class);

    private static final Meaning LINKED = gauge("capstan.nodes.linked", "", "Nodes that this one has a link to.");
    private static final Meaning VISIBLE =
            gauge("capstan.nodes.visible", "", "Nodes that can be reached from this one, over a third node too.");
    private static final Meaning MESSAGES =
            counter("capstan.link.messages", "", "Frames of a protocol on all links.", "protocol", "direction");
    private static final Meaning BYTES = counter(
            "capstan.link.bytes",
            "bytes",
            "Bytes of a protocol on all links, without TLS and TCP.",
            "protocol",
            "direction");
    private static final Meaning REFUSED = counter(
            "capstan.link.refused",
            "",
            "Frames that a full window or an absent peer kept from being sent.",
            "protocol");
    private static final Meaning DROPPED =
            counter("capstan.link.dropped", "", "Frames known to be lost with a link or a way.", "protocol");
    private static final Meaning UNDER_WAY =
            gauge("capstan.link.underway", "bytes", "Sent, and not worked off by the receivers yet.", "protocol");
    private static final Meaning ENDED =
            counter("capstan.link.ended", "", "Links that ended, by why (NodeEvent.Reason).", "reason");
    private static final Meaning HEALED = counter(
            "capstan.link.healed", "", "Links that stand again to a node that ran on meanwhile: a split that healed.");
    private static final Meaning FLUSHES =
            counter("capstan.store.flushes", "", "Flushes of the write-ahead file, each of all writes that waited.");
    private static final Meaning FLUSH_TIME = counter(
            "capstan.store.flush.time", "seconds", "Time in flushes: divided by capstan.store.flushes, the mean.");
    private static final Meaning WRITES =
            counter("capstan.store.writes", "", "Writes that became durable; by flushes, how many share one.");
    private static final Meaning WRITTEN = counter("capstan.store.written", "bytes", "Bytes that became durable.");
    private static final Meaning CHECKPOINTS =
            counter("capstan.store.checkpoints", "", "Full write-ahead files moved into LMDB.");
    private static final Meaning LOSSES = gauge(
            "capstan.store.losses", "", "How often this directory was found to lack acknowledged writes. Must be 0.");

    private final LinkMesh mesh;
    private final NodeStore store;
    private final List<Measured> others = new CopyOnWriteArrayList<>();

    NodeFigures(LinkMesh mesh, NodeStore store) {
        this.mesh = mesh;
        this.store = store;
    }

    void add(Measured measured) {
        others.add(measured);
    }

    List<Figure> read() {
        List<Figure> all = new ArrayList<>();
        measureLinks(all::add);
        measureStore(all::add);
        for (Measured other : others) {
            try {
                other.measure(all::add);
            } catch (RuntimeException e) {
                // One service that is closing, or a bug of one, must not hide the figures of all.
                log.debug("{} tells no figures", other, e);
            }
        }
        return List.copyOf(all);
    }

    private void measureLinks(Consumer<? super Figure> to) {
        to.accept(LINKED.at(mesh.linked().size()));
        to.accept(VISIBLE.at(mesh.visible().size()));
        for (LinkTraffic traffic : mesh.traffic()) {
            to.accept(MESSAGES.at(traffic.messagesOut(), traffic.protocol(), "out"));
            to.accept(MESSAGES.at(traffic.messagesIn(), traffic.protocol(), "in"));
            to.accept(BYTES.at(traffic.bytesOut(), traffic.protocol(), "out"));
            to.accept(BYTES.at(traffic.bytesIn(), traffic.protocol(), "in"));
            to.accept(REFUSED.at(traffic.refused(), traffic.protocol()));
            to.accept(DROPPED.at(traffic.dropped(), traffic.protocol()));
            to.accept(UNDER_WAY.at(traffic.underWayBytes(), traffic.protocol()));
        }
        for (NodeEvent.Reason reason : NodeEvent.Reason.values()) {
            to.accept(ENDED.at(mesh.partings().ended(reason), reason.name().toLowerCase(Locale.ROOT)));
        }
        to.accept(HEALED.at(mesh.partings().healed()));
    }

    private void measureStore(Consumer<? super Figure> to) {
        StoreFigures figures = store.figures();
        to.accept(FLUSHES.at(figures.flushes()));
        to.accept(FLUSH_TIME.at(figures.flushNanos() / 1e9));
        to.accept(WRITES.at(figures.writes()));
        to.accept(WRITTEN.at(figures.bytes()));
        to.accept(CHECKPOINTS.at(figures.checkpoints()));
        to.accept(LOSSES.at(store.losses()));
    }
}
