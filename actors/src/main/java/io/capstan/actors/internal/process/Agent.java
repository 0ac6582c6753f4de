package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.process.ProcessCodec.Frame;
import io.capstan.actors.internal.process.ProcessCodec.Operation;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches and links on behalf of all processes of its node toward all other nodes, and the other way round. There is one
 * per node; however many processes are watched, Pekko's own remote watch is never used (20,000 unacknowledged system
 * messages quarantine a node).
 *
 * <p>What its mailbox holds is handled before anything is written, so that under load many operations share a frame.
 */
final class Agent extends AbstractBehavior<Order> {
    static final Channel CHANNEL = new Channel(8, "processes", Channel.Priority.NORMAL);
    private static final Logger log = LoggerFactory.getLogger(Agent.class);

    private final Node node;
    private final Mesh mesh;
    private final ProcessTable table;
    private final ActorRefResolver refs;
    private final int limit;
    private final Map<NodeId, Session> sessions = new HashMap<>();
    private final ByteBuffer frame = ByteBuffer.allocate(Mesh.PAYLOAD_BYTES_MAX);
    private long sessionNumbers;
    private long watches;
    private boolean flushing;

    private Agent(ActorContext<Order> context, Node node, ProcessTable table, int limit) {
        super(context);
        this.node = node;
        this.mesh = node.internals().mesh();
        this.table = table;
        this.refs = ActorRefResolver.get(context.getSystem());
        this.limit = limit;
    }

    /** @param limit how many watches, each way, and how many links, per other node */
    static Behavior<Order> create(Node node, ProcessTable table, int limit) {
        return Behaviors.setup(context -> new Agent(context, node, table, limit));
    }

    @Override
    public Receive<Order> createReceive() {
        return newReceiveBuilder()
                .onMessage(Order.Watch.class, order -> then(() -> watch(order.monitor(), null)))
                .onMessage(
                        Order.Call.class,
                        order -> then(
                                () -> watch(order.monitor(), order.monitor().replyTo())))
                .onMessage(Order.Unwatch.class, order -> then(() -> unwatch(order.monitor())))
                .onMessage(Order.Link.class, order -> then(() -> link(order)))
                .onMessage(Order.Unlink.class, order -> then(() -> unlink(order)))
                .onMessage(Order.Signal.class, order -> then(() -> signal(order)))
                .onMessage(Order.Ended.class, order -> then(() -> ended(order)))
                .onMessage(Order.Happened.class, order -> then(() -> happened(order.event())))
                .onMessage(Order.Came.class, order -> then(() -> came(order)))
                .onMessage(Order.Flush.class, order -> flush())
                .build();
    }

    private Behavior<Order> then(Runnable step) {
        step.run();
        if (!flushing) {
            flushing = true;
            getContext().getSelf().tell(Order.Flush.NOW);
        }
        return this;
    }

    private Behavior<Order> flush() {
        flushing = false;
        sessions.values().forEach(session -> session.flush(frame, bytes -> mesh.send(session.peer(), CHANNEL, bytes)));
        return this;
    }

    // ---- Orders

    /** The session with whoever runs {@code process}; null when no link to it stands. */
    private @Nullable Session session(ActorRef<?> process) {
        NodeId peer =
                node.internals().linkedAt(process.path().address().toString()).orElse(null);
        // Perhaps the mesh knows it already, and the event is still in our mailbox: it will find this session.
        return peer == null ? null : sessions.computeIfAbsent(peer, this::begin);
    }

    private Session begin(NodeId peer) {
        return new Session(peer, ++sessionNumbers, limit);
    }

    private void watch(Monitor monitor, @Nullable ActorRef<?> replyTo) {
        if (!monitor.standing()) {
            return;
        }
        Session session = session(monitor.process());
        String process = refs.toSerializationFormat(monitor.process());
        String reply = replyTo == null ? "" : refs.toSerializationFormat(replyTo);
        long id = ++watches;
        if (session == null || session.unfit() != null) {
            monitor.tell(noWay(session));
        } else if (!ProcessCodec.fits(process) || !ProcessCodec.fits(reply)) {
            monitor.tell(tooLong());
        } else if (session.watch(
                id,
                monitor,
                replyTo == null ? new Operation.Watch(id, process) : new Operation.Call(id, process, reply))) {
            monitor.standsAt(session, id);
        } else {
            monitor.tell(full());
        }
    }

    private static ExitReason noWay(@Nullable Session session) {
        ExitReason unfit = session == null ? null : session.unfit();
        return unfit == null ? ExitReason.NOCONNECTION : unfit;
    }

    private ExitReason full() {
        return unwatchable("more than capstan.actors.process.watches-per-node-max (" + limit + ") are watched there");
    }

    private static ExitReason tooLong() {
        return unwatchable("its reference is longer than " + ProcessCodec.TEXT_BYTES_MAX + " bytes");
    }

    private static ExitReason unwatchable(String why) {
        return ExitReason.of(ExitReason.Kind.NOCONNECTION, "it cannot be watched: " + why);
    }

    private void unwatch(Monitor monitor) {
        Session session = monitor.session();
        if (session != null) {
            session.unwatch(monitor.watch());
        }
    }

    private void link(Order.Link order) {
        Session session = session(order.to());
        String from = refs.toSerializationFormat(order.from());
        String to = refs.toSerializationFormat(order.to());
        if (session == null || session.unfit() != null) {
            table.deliver(order.to(), order.from(), noWay(session), true);
        } else if (!table.holds(order.from(), order.to(), order.end())) {
            // Ended by an unlink or an exit of the other's that came before this order: their link was made the same
            // moment.
            log.debug("a link of {} to {} has ended before it was told", order.from(), order.to());
        } else if (!ProcessCodec.fits(from) || !ProcessCodec.fits(to)) {
            table.deliver(order.to(), order.from(), tooLong(), true);
        } else if (!session.link(order.from(), order.to(), order.end(), new Operation.Link(from, to))) {
            table.deliver(order.to(), order.from(), full(), true);
        }
    }

    private void unlink(Order.Unlink order) {
        Session session = session(order.to());
        if (session != null) {
            session.unlink(
                    order.from(),
                    order.to(),
                    order.end(),
                    new Operation.Unlink(
                            refs.toSerializationFormat(order.from()), refs.toSerializationFormat(order.to())));
        }
    }

    private void signal(Order.Signal order) {
        Session session = session(order.to());
        if (session == null || session.unfit() != null) {
            return;
        }
        var exit = new Operation.Exit(
                refs.toSerializationFormat(order.from()),
                refs.toSerializationFormat(order.to()),
                order.byLink(),
                order.reason());
        if (order.byLink()) {
            session.unlinked(order.from(), order.to());
            session.say(exit);
        } else if (!ProcessCodec.fits(exit.from()) || !ProcessCodec.fits(exit.to()) || !session.sayIfRoom(exit)) {
            log.warn("an exit signal to {} is dropped: too many wait for its node", order.to());
        }
    }

    private void ended(Order.Ended order) {
        Session.Watched watch = order.session().released(order.watch());
        if (watch == null) {
            return;
        }
        if (watch.replyTo() == null) {
            order.session().say(new Operation.Down(order.watch(), order.reason()));
        } else {
            // Behind whatever the process sent there: Artery keeps the order per recipient.
            ExitReason last = table.lastWord(watch.monitor().process());
            watch.replyTo().tell(new CallDown(last == null ? order.reason() : last));
        }
    }

    // ---- The mesh

    private void happened(MeshEvent event) {
        if (event instanceof MeshEvent.Linked linked) {
            sessions.computeIfAbsent(linked.peer(), this::begin);
        } else if (event instanceof MeshEvent.Unlinked unlinked) {
            Session session = sessions.remove(unlinked.peer());
            if (session != null) {
                session.close(table, ExitReason.NOCONNECTION);
            }
        }
    }

    private void came(Order.Came order) {
        Session session = sessions.get(order.from());
        try {
            if (session != null && session.unfit() == null) {
                took(session, ProcessCodec.read(order.payload()));
            }
        } catch (ProcessCodec.OtherVersion e) {
            // Said once: its next frames are not looked at.
            log.error("processes of {} can be neither watched nor linked to: {}", order.from(), e.getMessage());
            Objects.requireNonNull(session).unfit(table, unwatchable(String.valueOf(e.getMessage())));
        } catch (ProcessCodec.Malformed e) {
            log.error("a frame from {} is dropped: {}", order.from(), e.getMessage());
        } finally {
            order.consumed().run();
        }
    }

    private void took(Session session, Frame frame) {
        if (frame instanceof Frame.Open open) {
            session.opened(open.session(), table);
        } else if (frame instanceof Frame.Operations operations && operations.session() == session.number()) {
            operations.operations().forEach(operation -> took(session, operation));
        }
    }

    private void took(Session session, Operation operation) {
        if (operation instanceof Operation.Watch watch) {
            watched(session, watch.id(), watch.process(), null);
        } else if (operation instanceof Operation.Call call) {
            watched(session, call.id(), call.process(), refs.resolveActorRef(call.replyTo()));
        } else if (operation instanceof Operation.Unwatch unwatch) {
            Session.Watched watch = session.released(unwatch.id());
            if (watch != null) {
                watch.monitor().demonitor();
            }
        } else if (operation instanceof Operation.Down down) {
            Monitor monitor = session.down(down.id());
            if (monitor != null) {
                monitor.tellAsPeerSays(down.reason());
            }
        } else if (operation instanceof Operation.Link link) {
            linked(session, link);
        } else if (operation instanceof Operation.Unlink unlink) {
            ActorRef<?> here = refs.resolveActorRef(unlink.to());
            ActorRef<?> there = refs.resolveActorRef(unlink.from());
            Link end = session.unlinked(here, there);
            if (end != null) {
                table.drop(there, here, end);
            }
            session.say(new Operation.Unlinked(unlink.to(), unlink.from()));
        } else if (operation instanceof Operation.Unlinked unlinked) {
            session.acknowledged(refs.resolveActorRef(unlinked.to()), refs.resolveActorRef(unlinked.from()));
        } else if (operation instanceof Operation.Exit exit) {
            ActorRef<?> here = refs.resolveActorRef(exit.to());
            ActorRef<?> there = refs.resolveActorRef(exit.from());
            if (exit.byLink()) {
                session.unlinked(here, there);
            }
            if (ProcessTable.local(here)) {
                table.deliver(there, here, exit.reason(), exit.byLink());
            }
        }
    }

    private void watched(Session session, long id, String process, @Nullable ActorRef<Object> replyTo) {
        ActorRef<?> here = refs.resolveActorRef(process);
        ActorRef<Order> self = getContext().getSelf();
        Monitor monitor =
                new Monitor(table, here, down -> self.tell(new Order.Ended(session, id, down.reason())), false);
        if (!session.watched(id, new Session.Watched(monitor, replyTo))) {
            session.say(new Operation.Down(id, full()));
        } else if (ProcessTable.local(here)) {
            table.stand(monitor);
        } else {
            monitor.tell(ExitReason.NOPROC);
        }
    }

    private void linked(Session session, Operation.Link link) {
        ActorRef<?> here = refs.resolveActorRef(link.to());
        ActorRef<?> there = refs.resolveActorRef(link.from());
        if (!session.awaitsLink(here, there)) {
            return;
        }
        Link end = ProcessTable.local(here) ? table.accept(there, here) : null;
        if (end == null) {
            session.say(new Operation.Exit(link.to(), link.from(), true, ExitReason.NOPROC));
        } else if (!session.linked(here, there, end)) {
            table.drop(there, here, end);
            session.say(new Operation.Exit(link.to(), link.from(), true, full()));
        }
    }
}
