package io.capstan.registry.internal.group;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.registry.core.CreatedMark;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;

/** The created groups of one node. Thread-safe. */
public final class CreatedService {
    private static final Duration HERE = Duration.ofSeconds(10);

    private final ConcurrentHashMap<String, CreatedMark> marks = new ConcurrentHashMap<>();
    private final ActorRefResolver resolver;
    private final Refs refs;
    private final ActorRef<CreatedKeeper.Message> keeper;

    private CreatedService(Node node) {
        resolver = ActorRefResolver.get(node.system());
        refs = new Refs(node.system());
        Duration deletionKept =
                RegistrySettings.fromConfig(node.system().settings().config()).deletionKept();
        keeper = node.internals()
                .spawnVital(CreatedKeeper.create(Groups.get(node), refs, marks, deletionKept), CreatedKeeper.NAME);
    }

    /** Starts it. */
    public static CreatedService start(Node node) {
        return new CreatedService(node);
    }

    /** Whether the group is created, as this node knows. */
    public boolean isCreated(String group) {
        return marks.getOrDefault(group, CreatedMark.NONE).created();
    }

    /** All created groups: a sorted copy. */
    public SortedSet<String> created() {
        return CreatedKeeper.created(marks);
    }

    /** Where the members of a created group are. */
    public <T> Group<T> members(Group<T> group) {
        return CreatedKeeper.members(group);
    }

    /** How processes are written. */
    public Refs refs() {
        return refs;
    }

    /** Creates or deletes; whether there was anything to delete. */
    public CompletionStage<Boolean> say(String group, boolean created) {
        return Call.<CreatedKeeper.Message, Integer>to(
                        keeper, answer -> new CreatedKeeper.Said(group, created, answer), HERE)
                .thenApply(answer -> answer == CreatedRequest.DONE);
    }

    /** What became of a join or leave, at the process's own node. */
    public enum Answer {
        DONE,
        NOTHING,
        TOO_MANY,
        NO_SUCH_GROUP
    }

    /** Has a process of any node join or leave. */
    public CompletionStage<Answer> request(boolean join, String group, ActorRef<?> process, Duration within) {
        CreatedMark mark = marks.getOrDefault(group, CreatedMark.NONE);
        if (!mark.created()) {
            return CompletableFuture.completedStage(Answer.NO_SUCH_GROUP);
        }
        ActorRef<CreatedKeeper.Message> home = Refs.local(process)
                ? keeper
                : resolver.resolveActorRef(process.path().address() + "/system/" + CreatedKeeper.NAME);
        return Call.<CreatedKeeper.Message, Integer>to(
                        home,
                        answer -> new CreatedRequest(join, group, mark.number(), refs.write(process), answer),
                        within)
                .thenApply(answer -> Answer.values()[answer]);
    }
}
