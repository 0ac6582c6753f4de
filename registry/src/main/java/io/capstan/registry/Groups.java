package io.capstan.registry;

import io.capstan.actors.Node;
import io.capstan.registry.internal.GroupEvents;
import io.capstan.registry.internal.GroupsActor;
import io.capstan.registry.internal.GroupsActor.Outcome;
import io.capstan.registry.internal.GroupsService;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Groups of processes of the whole cluster, as OTP's {@code pg}: available through splits, merged when they heal.
 *
 * <p>A join or leave is shown by its own node at once and by the others as soon as they hear of it; order is kept per
 * node. Members of a node that cannot be reached are hidden, and return with it. There are no empty groups.
 *
 * <p>Thread-safe. Reads are local and lock-free. Failures arrive in the stages, as {@link GroupFailure}s.
 */
public final class Groups {
    private final GroupsService service;

    private Groups(GroupsService service) {
        this.service = service;
    }

    /** The groups of a node; always the same instance. */
    public static Groups get(Node node) {
        return node.internals()
                .service(
                        Groups.class,
                        n -> new Groups(n.internals().service(GroupsService.class, GroupsService::start)));
    }

    /**
     * A process of this node joins; once more if it is a member. It leaves by itself when it stops.
     *
     * @return completes when this node shows it; fails with {@code NOT_LOCAL}, {@code REFERENCE_TOO_LONG}, {@code
     *     TOO_MANY}
     */
    public <T> CompletionStage<Void> join(Group<T> group, ActorRef<T> process) {
        String tooLong = service.refs().tooLong(process);
        if (tooLong != null) {
            return CompletableFuture.failedFuture(new GroupFailure(GroupFailure.Kind.REFERENCE_TOO_LONG, tooLong));
        }
        return local(process, done -> new GroupsActor.Join(group.key(), untyped(process), done))
                .thenAccept(joined -> {});
    }

    /**
     * A process of this node leaves, once.
     *
     * @return whether it was a member; completes when this node shows it; fails with {@code NOT_LOCAL}
     */
    public <T> CompletionStage<Boolean> leave(Group<T> group, ActorRef<T> process) {
        return local(process, done -> new GroupsActor.Leave(group.key(), untyped(process), done));
    }

    /**
     * Everybody in the group, as this node shows it; whoever joined twice is there twice; in no order. Immutable.
     */
    public <T> List<ActorRef<T>> members(Group<T> group) {
        return typed(service.book().members(group.key()));
    }

    /** The group's members of this node, as {@link #members}. */
    public <T> List<ActorRef<T>> localMembers(Group<T> group) {
        return typed(service.book().localMembers(group.key()));
    }

    /** The groups of the default scope that have members: a sorted copy. */
    public SortedSet<String> groups() {
        return groups("");
    }

    /** The groups of a scope that have members: a sorted copy. */
    public SortedSet<String> groups(String scope) {
        return service.book().groups(scope);
    }

    /** Sends to every member once, however often it has joined: at most once, as {@link ActorRef#tell} does. */
    public <T> void publish(Group<T> group, T message) {
        for (ActorRef<T> member : new LinkedHashSet<>(members(group))) {
            member.tell(message);
        }
    }

    /**
     * Tells an actor of this node first who is in the group, then exactly every join and leave after that, until it
     * stops or {@link #demonitor}. A second call for the same pair begins again with the members.
     *
     * @return completes when the first event is on its way; fails with {@code NOT_LOCAL}, {@code TOO_MANY}
     */
    public <T> CompletionStage<Void> monitor(Group<T> group, ActorRef<GroupEvent<T>> listener) {
        return local(listener, done -> new GroupsActor.Monitor(group.key(), untyped(listener), events(group), done))
                .thenAccept(begun -> {});
    }

    /**
     * Ends a {@link #monitor}; events that are already on their way still come.
     *
     * @return whether there was one; fails with {@code NOT_LOCAL}
     */
    public <T> CompletionStage<Boolean> demonitor(Group<T> group, ActorRef<GroupEvent<T>> listener) {
        return local(listener, done -> new GroupsActor.Demonitor(group.key(), untyped(listener), done));
    }

    /** For an actor of this node; true when something was done, false when there was nothing to be done. */
    private CompletionStage<Boolean> local(
            ActorRef<?> process, Function<Consumer<Outcome>, GroupsActor.Message> request) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (!process.path().address().hasLocalScope()) {
            result.completeExceptionally(new GroupFailure(
                    GroupFailure.Kind.NOT_LOCAL, process + " is of another node, and joins, leaves and listens there"));
            return result;
        }
        boolean sent =
                service.request(request.apply(outcome -> service.callers().execute(() -> {
                    if (outcome == Outcome.TOO_MANY) {
                        result.completeExceptionally(new GroupFailure(GroupFailure.Kind.TOO_MANY, limits()));
                    } else {
                        result.complete(outcome == Outcome.DONE);
                    }
                })));
        if (!sent) {
            result.completeExceptionally(new GroupFailure(GroupFailure.Kind.CLOSED, "this node is stopping"));
        }
        return result;
    }

    private String limits() {
        return "one of these is reached: capstan.registry.groups.memberships-max, which is "
                + service.settings().membershipsMax() + ", capstan.registry.groups.monitors-max, which is "
                + service.settings().monitorsMax();
    }

    private static <T> GroupEvents events(Group<T> group) {
        return new GroupEvents() {
            @Override
            public Object members(List<ActorRef<Object>> members) {
                return new GroupEvent.Members<>(group, Groups.<T>typed(members));
            }

            @Override
            public Object joined(ActorRef<Object> process) {
                return new GroupEvent.Joined<>(group, Groups.<T>typed(process));
            }

            @Override
            public Object left(ActorRef<Object> process) {
                return new GroupEvent.Left<>(group, Groups.<T>typed(process));
            }
        };
    }

    @SuppressWarnings("unchecked") // The group's type is its users' promise.
    private static <T> ActorRef<T> typed(ActorRef<Object> process) {
        return (ActorRef<T>) (ActorRef<?>) process;
    }

    @SuppressWarnings("unchecked") // The group's type is its users' promise.
    private static <T> List<ActorRef<T>> typed(List<ActorRef<Object>> processes) {
        return (List<ActorRef<T>>) (List<?>) processes;
    }

    @SuppressWarnings("unchecked") // Whoever sends to it got its type from the group.
    private static ActorRef<Object> untyped(ActorRef<?> process) {
        return (ActorRef<Object>) process;
    }
}
