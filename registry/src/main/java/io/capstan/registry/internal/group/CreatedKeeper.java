package io.capstan.registry.internal.group;

import io.capstan.registry.core.CreatedMark;
import io.capstan.registry.core.CreatedMarks;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.registry.group.Groups;
import io.capstan.registry.internal.Refs;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Drives the {@link CreatedMarks} of one node: a mark is shown by being a member of a group of marks. */
public final class CreatedKeeper extends AbstractBehavior<CreatedKeeper.Message> {
    static final String NAME = "capstan-created-groups";
    static final String MARKS = "capstan-created";
    static final String MEMBERS = "capstan-created-members";

    /** What it is told. */
    public sealed interface Message permits CreatedRequest, Said, Heard, Joined, Sweep {}

    /** This group is created, or is not, from now on. */
    record Said(String group, boolean created, ActorRef<Integer> answer) implements Message {}

    private record Heard(String group) implements Message {}

    private record Joined(String group, ActorRef<Object> process) implements Message {}

    private enum Sweep implements Message {
        NOW
    }

    private final Groups groups;
    private final Refs refs;
    private final CreatedMarks marks;
    private final ActorRef<Object> self;

    static Behavior<Message> create(
            Groups groups, Refs refs, ConcurrentHashMap<String, CreatedMark> marks, Duration deletionKept) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Sweep.NOW, deletionKept);
            return new CreatedKeeper(context, groups, refs, marks);
        }));
    }

    private CreatedKeeper(
            ActorContext<Message> context, Groups groups, Refs refs, ConcurrentHashMap<String, CreatedMark> marks) {
        super(context);
        this.groups = groups;
        this.refs = refs;
        this.marks = new CreatedMarks(marks);
        self = Refs.untyped(context.getSelf());
        @SuppressWarnings("unchecked") // Listeners of a scope get events of groups of any type.
        Class<GroupEvent<Object>> events = (Class<GroupEvent<Object>>) (Class<?>) GroupEvent.class;
        groups.monitorScope(
                MARKS,
                context.messageAdapter(events, event -> new Heard(event.group().name())));
    }

    private static Group<Object> marks(String group) {
        return Group.in(MARKS, group, Object.class);
    }

    /** Where the members of a created group are. */
    static <T> Group<T> members(Group<T> group) {
        return Group.in(MEMBERS, group.name(), group.type());
    }

    /** The created groups. */
    static SortedSet<String> created(Map<String, CreatedMark> marks) {
        TreeSet<String> created = new TreeSet<>();
        marks.forEach((group, mark) -> {
            if (mark.created()) {
                created.add(group);
            }
        });
        return created;
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Said.class, this::said)
                .onMessage(Heard.class, this::heard)
                .onMessage(CreatedRequest.class, this::requested)
                .onMessage(Joined.class, message -> {
                    if (!marks.mark(message.group()).created()) {
                        // Deleted while it joined.
                        groups.leave(Group.in(MEMBERS, message.group(), Object.class), message.process());
                    }
                    return this;
                })
                .onMessage(Sweep.class, sweep -> {
                    marks.sweep(this::highest);
                    return perform();
                })
                .build();
    }

    private Behavior<Message> said(Said said) {
        boolean news = marks.say(said.group(), said.created());
        perform();
        said.answer().tell(news || said.created() ? CreatedRequest.DONE : CreatedRequest.NOTHING);
        return this;
    }

    private Behavior<Message> heard(Heard heard) {
        marks.heard(heard.group(), highest(heard.group()));
        return perform();
    }

    private CreatedMark highest(String group) {
        CreatedMark highest = CreatedMark.NONE;
        for (var entry : groups.entries(marks(group))) {
            CreatedMark shown = CreatedMark.of(entry.metadata());
            highest = shown.above(highest) ? shown : highest;
        }
        return highest;
    }

    private Behavior<Message> perform() {
        for (CreatedMarks.Effect effect : marks.drain()) {
            if (effect instanceof CreatedMarks.Effect.Show show) {
                // Listeners hear of joins, not of metadata: so it joins once more with each mark.
                groups.join(marks(show.group()), self, show.mark().toMetadata());
            } else if (effect instanceof CreatedMarks.Effect.Empty) {
                Group<Object> members = Group.in(MEMBERS, effect.group(), Object.class);
                groups.leave(members, groups.localMembers(members));
            } else if (effect instanceof CreatedMarks.Effect.Forget forget) {
                groups.leave(marks(forget.group()), Collections.nCopies(forget.times(), self));
            }
        }
        return this;
    }

    private Behavior<Message> requested(CreatedRequest request) {
        if (request.join()) {
            marks.raise(request.group(), new CreatedMark(request.number(), true));
            perform();
        }
        if (!marks.mark(request.group()).created()) {
            request.answer().tell(CreatedRequest.NO_SUCH_GROUP);
            return this;
        }
        Group<Object> members = Group.in(MEMBERS, request.group(), Object.class);
        ActorRef<Object> process = refs.read(request.process());
        ActorRef<Message> me = getContext().getSelf();
        if (request.join()) {
            groups.join(members, process).whenComplete((joined, failure) -> {
                me.tell(new Joined(request.group(), process));
                request.answer().tell(failure == null ? CreatedRequest.DONE : CreatedRequest.TOO_MANY);
            });
        } else {
            groups.leave(members, process)
                    .whenComplete((left, failure) -> request.answer()
                            .tell(failure == null && left ? CreatedRequest.DONE : CreatedRequest.NOTHING));
        }
        return this;
    }
}
