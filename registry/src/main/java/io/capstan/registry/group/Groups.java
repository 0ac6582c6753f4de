package io.capstan.registry.group;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.group.GroupEvents;
import io.capstan.registry.internal.group.GroupsActor;
import io.capstan.registry.internal.group.GroupsService;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Groups of processes of the whole cluster, as OTP's {@code pg}: available through splits, merged when they heal.
 *
 * <p>A join or leave is shown by its own node at once and by the others as soon as they hear of it; order is kept per
 * node. Members of a node that cannot be reached are hidden, and return with it. There are no empty groups.
 *
 * <p>Thread-safe. Reads are local and lock-free. Failures arrive in the stages, as {@link GroupFailure}s; any of them may be
 * {@code CLOSED}, when the node stops.
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

    /** As {@link #join(Group, List)}, of one process. */
    public <T> CompletionStage<Void> join(Group<T> group, ActorRef<T> process) {
        return join(group, List.of(process));
    }

    /**
     * Processes of this node join; each once more where it is a member. They leave by themselves when they stop.
     *
     * @return completes when this node shows it; fails, and then nobody has joined, with {@code NOT_LOCAL}, {@code
     *     REFERENCE_TOO_LONG}, {@code TOO_MANY}
     */
    public <T> CompletionStage<Void> join(Group<T> group, List<ActorRef<T>> processes) {
        return joining(group, processes, null);
    }

    /** As {@link #join(Group, ActorRef)}, with metadata in place of whatever the process had in this group. */
    public <T> CompletionStage<Void> join(Group<T> group, ActorRef<T> process, Metadata metadata) {
        return joining(group, List.of(process), metadata);
    }

    private <T> CompletionStage<Void> joining(
            Group<T> group, List<ActorRef<T>> processes, @Nullable Metadata metadata) {
        for (ActorRef<T> process : processes) {
            String tooLong = service.refs().tooLong(process);
            if (tooLong != null) {
                return CompletableFuture.failedFuture(new GroupFailure(GroupFailure.Kind.REFERENCE_TOO_LONG, tooLong));
            }
        }
        return local(processes, done -> new GroupsActor.Join(group.key(), untyped(processes), metadata, done))
                .thenAccept(joined -> {});
    }

    /** As {@link #leave(Group, List)}, of one process. */
    public <T> CompletionStage<Boolean> leave(Group<T> group, ActorRef<T> process) {
        return leave(group, List.of(process));
    }

    /**
     * Processes of this node leave, each once.
     *
     * @return whether any was a member; completes when this node shows it; fails with {@code NOT_LOCAL}
     */
    public <T> CompletionStage<Boolean> leave(Group<T> group, List<ActorRef<T>> processes) {
        return local(processes, done -> new GroupsActor.Leave(group.key(), untyped(processes), done));
    }

    /**
     * Changes the metadata of a process of this node in the group, as one step.
     *
     * @param change called once, on the groups' own thread: it computes and returns
     * @return whether the process is a member and {@code change} returned; fails with {@code NOT_LOCAL}
     */
    public <T> CompletionStage<Boolean> update(Group<T> group, ActorRef<T> process, UnaryOperator<Metadata> change) {
        return local(
                List.of(process), done -> new GroupsActor.Update(group.key(), Refs.untyped(process), change, done));
    }

    /** Everybody in the group, as this node shows it; whoever joined twice is there twice; in no order. Immutable. */
    public <T> List<ActorRef<T>> members(Group<T> group) {
        return typed(service.book().members(group.key()));
    }

    /** At most so many of {@link #members(Group)}. */
    public <T> List<ActorRef<T>> members(Group<T> group, int limit) {
        List<ActorRef<T>> all = members(group);
        return all.size() <= limit ? all : all.subList(0, limit);
    }

    /** The group's members of this node, as {@link #members(Group)}. */
    public <T> List<ActorRef<T>> localMembers(Group<T> group) {
        return typed(service.book().localMembers(group.key()));
    }

    /** Everybody in the group, once each, with node and metadata; in no order. Immutable. */
    public <T> List<Member<T>> entries(Group<T> group) {
        return service.book().entries(group.key()).stream()
                .map(entry ->
                        new Member<>(Refs.<T>typed(entry.process()), entry.node(), entry.times(), entry.metadata()))
                .toList();
    }

    /** The groups of the default scope that have members: a sorted copy. */
    public SortedSet<String> groups() {
        return groups("");
    }

    /** The groups of a scope that have members: a sorted copy. */
    public SortedSet<String> groups(String scope) {
        return groups(scope, "");
    }

    /** The groups of a scope that have members and whose names begin with {@code prefix}: a sorted copy. */
    public SortedSet<String> groups(String scope, String prefix) {
        return service.book().groups(scope, prefix);
    }

    /** The groups of a scope that have members of this node: a sorted copy. */
    public SortedSet<String> localGroups(String scope) {
        return service.book().localGroups(scope);
    }

    /**
     * Sends to every member once, however often it has joined: at most once, as {@link ActorRef#tell} does. To another
     * node goes one message, whatever the number of its members; that node tells those it has by then.
     */
    public <T> void publish(Group<T> group, T message) {
        service.publish(group.key(), message);
    }

    /** As {@link #publish}, to the members of this node only. */
    public <T> void publishLocally(Group<T> group, T message) {
        service.publishLocally(group.key(), message);
    }

    /**
     * Asks every member, once each, and waits for all of them or until the deadline. A member that is gone is known at
     * once where {@link Call} knows it.
     *
     * @param within at least 1 ms
     * @return completes always
     */
    public <T, R> CompletionStage<Replies<T, R>> call(
            Group<T> group, Function<ActorRef<R>, ? extends T> message, Duration within) {
        return Call.toAll(members(group), message, within)
                .thenApply(outcome -> new Replies<>(outcome.replies(), outcome.failures()));
    }

    /**
     * Tells an actor of this node first who is in the group, then exactly every join and leave after that, until it
     * stops or {@link #demonitor}. A second call for the same pair begins again with the members.
     *
     * @return completes when the first event is on its way; fails with {@code NOT_LOCAL}, {@code TOO_MANY}
     */
    public <T> CompletionStage<Void> monitor(Group<T> group, ActorRef<GroupEvent<T>> listener) {
        return local(
                        List.of(listener),
                        done -> new GroupsActor.Monitor(
                                group.key(), Refs.untyped(listener), events(key -> group), done))
                .thenAccept(begun -> {});
    }

    /** As {@link #monitor}, of all groups of a scope: first the members of each group that has any now. */
    public CompletionStage<Void> monitorScope(String scope, ActorRef<GroupEvent<Object>> listener) {
        return local(
                        List.of(listener),
                        done -> new GroupsActor.MonitorScope(
                                scope,
                                Refs.untyped(listener),
                                events(key -> Group.in(key.scope(), key.group(), Object.class)),
                                done))
                .thenAccept(begun -> {});
    }

    /**
     * Ends a {@link #monitor}; events that are already on their way still come.
     *
     * @return whether there was one; fails with {@code NOT_LOCAL}
     */
    public <T> CompletionStage<Boolean> demonitor(Group<T> group, ActorRef<GroupEvent<T>> listener) {
        return local(List.of(listener), done -> new GroupsActor.Demonitor(group.key(), Refs.untyped(listener), done));
    }

    /** Ends a {@link #monitorScope}, as {@link #demonitor}. */
    public CompletionStage<Boolean> demonitorScope(String scope, ActorRef<GroupEvent<Object>> listener) {
        return local(List.of(listener), done -> new GroupsActor.DemonitorScope(scope, Refs.untyped(listener), done));
    }

    /** For actors of this node; true when something was done, false when there was nothing to be done. */
    private CompletionStage<Boolean> local(
            List<? extends ActorRef<?>> processes, Function<Consumer<Outcome>, GroupsActor.Message> request) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        for (ActorRef<?> process : processes) {
            if (!Refs.local(process)) {
                result.completeExceptionally(new GroupFailure(
                        GroupFailure.Kind.NOT_LOCAL,
                        process + " is of another node, and joins, leaves and listens there"));
                return result;
            }
        }
        boolean sent = service.request(
                request,
                outcome -> service.callers().execute(() -> {
                    if (outcome == Outcome.CLOSED) {
                        result.completeExceptionally(stopping());
                    } else if (outcome == Outcome.TOO_MANY) {
                        result.completeExceptionally(new GroupFailure(GroupFailure.Kind.TOO_MANY, limits()));
                    } else {
                        result.complete(outcome == Outcome.DONE);
                    }
                }));
        if (!sent) {
            result.completeExceptionally(stopping());
        }
        return result;
    }

    private static GroupFailure stopping() {
        return new GroupFailure(GroupFailure.Kind.CLOSED, "this node is stopping");
    }

    private String limits() {
        return "one of these is reached: capstan.registry.groups.memberships-max, which is "
                + service.settings().membershipsMax() + ", capstan.registry.groups.monitors-max, which is "
                + service.settings().monitorsMax();
    }

    private static <T> GroupEvents events(Function<GroupKey, Group<T>> groups) {
        return new GroupEvents() {
            @Override
            public Object members(GroupKey group, List<ActorRef<Object>> members) {
                return new GroupEvent.Members<>(groups.apply(group), Groups.<T>typed(members));
            }

            @Override
            public Object joined(GroupKey group, List<ActorRef<Object>> processes) {
                return new GroupEvent.Joined<>(groups.apply(group), Groups.<T>typed(processes));
            }

            @Override
            public Object left(GroupKey group, List<ActorRef<Object>> processes) {
                return new GroupEvent.Left<>(groups.apply(group), Groups.<T>typed(processes));
            }
        };
    }

    @SuppressWarnings("unchecked") // The group's type is its users' promise.
    private static <T> List<ActorRef<T>> typed(List<ActorRef<Object>> processes) {
        return (List<ActorRef<T>>) (List<?>) processes;
    }

    private static <T> List<ActorRef<Object>> untyped(List<ActorRef<T>> processes) {
        return processes.stream().map(Refs::untyped).toList();
    }
}
