package io.capstan.registry.internal;

import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.registry.group.Groups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
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

/**
 * Which groups are created, on one node. What a node has heard of it keeps as a member of a group of marks, so that it
 * outlives whoever created the group; a deletion is a mark too, until nobody shows the creation any more.
 */
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
    private final ConcurrentHashMap<String, CreatedMark> marks;
    private final ActorRef<Object> self;

    /** How often this keeper has joined the marks of a group. */
    private final Map<String, Integer> joins = new HashMap<>();

    /** Of a deletion that was there at the last sweep already. */
    private final Map<String, CreatedMark> swept = new HashMap<>();

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
        this.marks = marks;
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

    private CreatedMark mark(String group) {
        return marks.getOrDefault(group, CreatedMark.NONE);
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Said.class, this::said)
                .onMessage(Heard.class, this::heard)
                .onMessage(CreatedRequest.class, this::requested)
                .onMessage(Joined.class, message -> {
                    if (!mark(message.group()).created()) {
                        // Deleted while it joined.
                        groups.leave(Group.in(MEMBERS, message.group(), Object.class), message.process());
                    }
                    return this;
                })
                .onMessage(Sweep.class, sweep -> sweep())
                .build();
    }

    private Behavior<Message> said(Said said) {
        CreatedMark known = mark(said.group());
        boolean news = known.created() != said.created();
        if (news) {
            raise(said.group(), known.next(said.created()));
        }
        said.answer().tell(news || said.created() ? CreatedRequest.DONE : CreatedRequest.NOTHING);
        return this;
    }

    private Behavior<Message> heard(Heard heard) {
        CreatedMark highest = highest(heard.group());
        // Who has forgotten a deletion does not learn it again from whoever is about to: it would never end.
        if (highest.created() || marks.containsKey(heard.group())) {
            raise(heard.group(), highest);
        }
        return this;
    }

    private CreatedMark highest(String group) {
        CreatedMark highest = CreatedMark.NONE;
        for (var entry : groups.entries(marks(group))) {
            CreatedMark shown = CreatedMark.of(entry.metadata());
            highest = shown.above(highest) ? shown : highest;
        }
        return highest;
    }

    private void raise(String group, CreatedMark mark) {
        if (!mark.above(mark(group))) {
            return;
        }
        marks.put(group, mark);
        // Listeners hear of joins, not of metadata: so it joins once more with each mark.
        groups.join(marks(group), self, mark.toMetadata());
        joins.merge(group, 1, Integer::sum);
        if (!mark.created()) {
            Group<Object> members = Group.in(MEMBERS, group, Object.class);
            groups.leave(members, groups.localMembers(members));
        }
    }

    private Behavior<Message> requested(CreatedRequest request) {
        if (request.join()) {
            raise(request.group(), new CreatedMark(request.number(), true));
        }
        if (!mark(request.group()).created()) {
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

    /** Forgets deletions that nobody contradicts: names that were used once leave nothing behind. */
    private Behavior<Message> sweep() {
        List<String> forgotten = new ArrayList<>();
        marks.forEach((group, mark) -> {
            boolean before = mark.equals(swept.get(group));
            if (!mark.created() && before && !highest(group).created()) {
                forgotten.add(group);
            }
        });
        swept.clear();
        for (String group : forgotten) {
            marks.remove(group);
            groups.leave(marks(group), Collections.nCopies(joins.getOrDefault(group, 0), self));
            joins.remove(group);
        }
        marks.forEach((group, mark) -> {
            if (!mark.created()) {
                swept.put(group, mark);
            }
        });
        return this;
    }
}
