package io.capstan.registry.internal.group;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.internal.FreshSlot;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/** The groups of one node, from its start to its stop. Thread-safe. */
public final class GroupsService implements AutoCloseable {
    private final Parts parts;
    private final ActorRef<GroupsActor.Message> actor;
    private final Executor callers;
    private final Refs refs;
    private final PostOffice office;
    private volatile boolean closed;

    /** What the actor is made of. */
    record Parts(Mesh mesh, Slot slot, RegistrySettings settings, GroupsBook book) {}

    private GroupsService(Node node, Parts parts) {
        this.parts = parts;
        this.refs = new Refs(node.system());
        this.actor = node.internals().spawnVital(GroupsActor.create(parts), "capstan-groups");
        this.office = new PostOffice(node, parts.book());
        this.callers = node.system().executionContext();
    }

    /** Starts them, with a slot of this start's own. */
    public static GroupsService start(Node node) {
        RegistrySettings settings =
                RegistrySettings.fromConfig(node.system().settings().config());
        Mesh mesh = node.internals().mesh();
        return new GroupsService(node, new Parts(mesh, FreshSlot.of(node.id()), settings, new GroupsBook(node.id())));
    }

    /** What this node shows. */
    public GroupsBook book() {
        return parts.book();
    }

    /** The limits. */
    public RegistrySettings settings() {
        return parts.settings();
    }

    /** How processes are written. */
    public Refs refs() {
        return refs;
    }

    /** Where callers are answered: their code must not run on the actor's thread. */
    public Executor callers() {
        return callers;
    }

    /** Sends to every member, once each. */
    public void publish(GroupKey group, Object message) {
        office.publish(group, message);
    }

    /** Sends to every member of this node, once each. */
    public void publishLocally(GroupKey group, Object message) {
        office.publishLocally(group, message);
    }

    /** Sends a request. False when the node is stopping. */
    public boolean request(GroupsActor.Message message) {
        if (!closed) {
            actor.tell(message);
        }
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        actor.tell(GroupsActor.Close.NOW);
    }
}
