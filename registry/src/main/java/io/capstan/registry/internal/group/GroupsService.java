package io.capstan.registry.internal.group;

import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.Node;
import io.capstan.actors.internal.Leaving;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.internal.FreshSlot;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Pending;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** The groups of one node, from its start to its stop. Thread-safe. */
public final class GroupsService implements AutoCloseable {
    private static final Meaning SHOWN =
            gauge("capstan.groups.shown", "", "Groups that have members, as this node shows them.");

    private final Parts parts;
    private final ActorRef<GroupsActor.Message> actor;
    private final Executor callers;
    private final Refs refs;
    private final PostOffice office;

    /** What the actor is made of. */
    record Parts(Mesh mesh, Slot slot, RegistrySettings settings, GroupsBook book, Pending<Outcome> pending) {}

    private GroupsService(Node node, Parts parts) {
        this.parts = parts;
        this.refs = new Refs(node.system());
        this.actor = node.internals().spawnVital(GroupsActor.create(parts), "capstan-groups");
        this.office = new PostOffice(node, parts.book());
        this.callers = node.system().executionContext();
        node.internals().measured(to -> to.accept(SHOWN.at(parts.book().size())));
        node.internals().beforeStop(Leaving.NAMES, this::leaveAll);
    }

    /** Starts them, with a slot of this start's own. */
    public static GroupsService start(Node node) {
        RegistrySettings settings =
                RegistrySettings.fromConfig(node.system().settings().config());
        Mesh mesh = node.internals().mesh();
        return new GroupsService(
                node, new Parts(mesh, FreshSlot.of(node.id()), settings, new GroupsBook(node.id()), new Pending<>()));
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

    /**
     * Sends a request, made for whoever is to be told of its outcome, once: {@code CLOSED} when the node stops before. False
     * when it has stopped, and {@code done} is not called.
     */
    public boolean request(Function<Consumer<Outcome>, GroupsActor.Message> request, Consumer<Outcome> done) {
        Consumer<Outcome> once = parts.pending().add(done);
        if (once != null) {
            actor.tell(request.apply(once));
        }
        return once != null;
    }

    private CompletionStage<?> leaveAll() {
        CompletableFuture<Outcome> left = new CompletableFuture<>();
        return request(GroupsActor.LeaveAll::new, left::complete) ? left : CompletableFuture.completedStage(null);
    }

    @Override
    public void close() {
        actor.tell(GroupsActor.Close.NOW);
    }
}
