package io.capstan.registry.group;

import io.capstan.actors.CallFailure;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.registry.internal.group.CreatedService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Groups that are created and deleted, and that processes of any node join, as OTP's {@code pg2} had them: on top of
 * {@link Groups}, and as available. A group is of the default scope: any other is an {@link IllegalArgumentException}.
 *
 * <p>A creation or deletion holds on its own node at once, on the others as soon as they hear of it; it outlives the node
 * that made it. Of a creation and a deletion on two sides of a split that which came after more changes holds, else the
 * creation. What was deleted more than some seconds ago comes back with a node that was away and still has it, as in pg2.
 *
 * <p>All of them are in one scope of their own: {@link Groups} shows none of their members. Thread-safe.
 */
public final class CreatedGroups {
    private final CreatedService service;
    private final Groups groups;

    private CreatedGroups(CreatedService service, Groups groups) {
        this.service = service;
        this.groups = groups;
    }

    /** The created groups of a node; always the same instance. */
    public static CreatedGroups get(Node node) {
        return node.internals()
                .service(
                        CreatedGroups.class,
                        n -> new CreatedGroups(
                                n.internals().service(CreatedService.class, CreatedService::start), Groups.get(n)));
    }

    /**
     * Creates the group, without members, unless it is there already.
     *
     * @return completes when this node shows it; fails with a {@link CallFailure} when the node stops
     */
    public CompletionStage<Void> create(Group<?> group) {
        return service.say(name(group), true).thenAccept(done -> {});
    }

    /** Deletes the group, and its members leave; whether there was one. Fails as {@link #create}. */
    public CompletionStage<Boolean> delete(Group<?> group) {
        return service.say(name(group), false);
    }

    /** All created groups, with members or without: a sorted copy. */
    public SortedSet<String> groups() {
        return service.created();
    }

    /**
     * A process of any node joins, once more where it is a member.
     *
     * @return completes when the process's own node shows it; fails with {@code NO_SUCH_GROUP}, {@code
     *     REFERENCE_TOO_LONG}, {@code TOO_MANY}, or {@code NO_CONNECTION} when that node did not answer
     */
    public <T> CompletionStage<Void> join(Group<T> group, ActorRef<T> process, Duration within) {
        String tooLong = service.refs().tooLong(process);
        if (tooLong != null) {
            return CompletableFuture.failedStage(new GroupFailure(GroupFailure.Kind.REFERENCE_TOO_LONG, tooLong));
        }
        return request(true, group, process, within).thenAccept(joined -> {});
    }

    /** A process of any node leaves, once; whether it was a member. Fails as {@link #join}. */
    public <T> CompletionStage<Boolean> leave(Group<T> group, ActorRef<T> process, Duration within) {
        return request(false, group, process, within);
    }

    private CompletionStage<Boolean> request(boolean join, Group<?> group, ActorRef<?> process, Duration within) {
        return service.request(join, name(group), process, within).handle((answer, failure) -> {
            if (failure != null) {
                Throwable cause = Failure.cause(failure);
                throw cause instanceof CallFailure
                        ? new GroupFailure(
                                GroupFailure.Kind.NO_CONNECTION,
                                "the node of " + process + " did not answer: " + cause.getMessage())
                        : new CompletionException(cause);
            }
            return switch (answer) {
                case DONE -> true;
                case NOTHING -> false;
                case TOO_MANY ->
                    throw new GroupFailure(
                            GroupFailure.Kind.TOO_MANY,
                            "capstan.registry.groups.memberships-max of the node of " + process + " is reached");
                case NO_SUCH_GROUP -> throw noSuchGroup(group);
            };
        });
    }

    /**
     * Everybody in the group, as this node shows it, as {@link Groups#members(Group)}.
     *
     * @throws GroupFailure {@code NO_SUCH_GROUP}
     */
    public <T> List<ActorRef<T>> members(Group<T> group) {
        requireCreated(group);
        return groups.members(service.members(group));
    }

    /** Those of this node, as {@link #members}. */
    public <T> List<ActorRef<T>> localMembers(Group<T> group) {
        requireCreated(group);
        return groups.localMembers(service.members(group));
    }

    /**
     * A member of this node if there is any, else one of another by chance; pg2's {@code get_closest_pid}.
     *
     * @throws GroupFailure {@code NO_SUCH_GROUP}
     */
    public <T> Optional<ActorRef<T>> closest(Group<T> group) {
        List<ActorRef<T>> local = localMembers(group);
        List<ActorRef<T>> among = local.isEmpty() ? members(group) : local;
        return among.isEmpty()
                ? Optional.empty()
                : Optional.of(among.get(ThreadLocalRandom.current().nextInt(among.size())));
    }

    private static String name(Group<?> group) {
        if (!group.scope().isEmpty()) {
            throw new IllegalArgumentException("created groups have no scopes, got " + group);
        }
        return group.name();
    }

    private void requireCreated(Group<?> group) {
        if (!service.isCreated(name(group))) {
            throw noSuchGroup(group);
        }
    }

    private static GroupFailure noSuchGroup(Group<?> group) {
        return new GroupFailure(GroupFailure.Kind.NO_SUCH_GROUP, "nobody has created the group " + group);
    }
}
