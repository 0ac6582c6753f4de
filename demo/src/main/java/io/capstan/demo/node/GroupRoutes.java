package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.demo.http.Answers;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** {@code /groups}: what this node shows, and clerks of this node joining and leaving. */
final class GroupRoutes {
    /** A process, and the node it is on as far as this one knows. */
    record Member(String node, String process) {}

    record Shown(String group, List<Member> members) {}

    /** How many members this node knew when it published. */
    record Sent(String group, int members) {}

    record All(String node, List<Shown> groups) {}

    private final Node node;
    private final Groups groups;
    private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();

    GroupRoutes(Node node) {
        this.node = node;
        this.groups = Groups.get(node);
    }

    Route routes() {
        return pathPrefix(
                "groups",
                () -> concat(
                        pathEnd(() -> get(() -> complete(Answers.ok(all())))),
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> complete(Answers.ok(shown(name)))),
                                        post(() -> Answers.answer(join(name))),
                                        delete(() -> complete(Answers.ok(leave(name)))))),
                        path(
                                segment().slash("publish"),
                                name -> post(() -> entity(
                                        Unmarshaller.entityToString(),
                                        text -> complete(Answers.ok(publish(name, text))))))));
    }

    private All all() {
        return new All(
                node.id().name(), groups.groups().stream().map(this::shown).toList());
    }

    private Shown shown(String name) {
        return new Shown(
                name, groups.members(group(name)).stream().map(this::member).toList());
    }

    private CompletionStage<Shown> join(String name) {
        ActorRef<Clerk.Command> clerk = Clerk.start(node, lost -> {}, said -> heard(name, said));
        return groups.join(group(name), clerk).thenApply(joined -> shown(name));
    }

    /** The clerks of this node leave by stopping. */
    private Shown leave(String name) {
        groups.localMembers(group(name)).forEach(clerk -> clerk.tell(Clerk.Leave.INSTANCE));
        return shown(name);
    }

    private Sent publish(String name, String text) {
        int members = groups.members(group(name)).size();
        groups.publish(group(name), new Clerk.Said(text));
        return new Sent(name, members);
    }

    /** Whoever is to be told what clerks of this node hear in the group, until the returned action. */
    Runnable listen(String name, Consumer<String> listener) {
        listeners.computeIfAbsent(name, fresh -> new CopyOnWriteArrayList<>()).add(listener);
        return () -> listeners.getOrDefault(name, List.of()).remove(listener);
    }

    private void heard(String name, Clerk.Said said) {
        listeners.getOrDefault(name, List.of()).forEach(listener -> listener.accept(said.text()));
    }

    Member member(ActorRef<?> process) {
        Address address = process.path().address();
        String owner = address.hasLocalScope()
                ? node.id().name()
                : node.internals().mesh().visible().stream()
                        .map(NodeId::name)
                        .filter(name -> node.internals()
                                .artery(name)
                                .filter(address.toString()::equals)
                                .isPresent())
                        .findFirst()
                        .orElse("");
        return new Member(owner, process.toString());
    }

    static Group<Clerk.Command> group(String name) {
        return Group.of(name, Clerk.Command.class);
    }
}
