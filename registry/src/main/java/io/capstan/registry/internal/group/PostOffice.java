package io.capstan.registry.internal.group;

import io.capstan.actors.Node;
import io.capstan.registry.core.GroupKey;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Publishes to groups: to each node one message, which its office hands out to the members of that node. Users'
 * messages travel as all users' messages do, through Pekko. Thread-safe.
 */
final class PostOffice {
    private static final String NAME = "capstan-group-post";

    private final GroupsBook book;
    private final ActorRefResolver resolver;

    /** Opens this node's office. */
    PostOffice(Node node, GroupsBook book) {
        this.book = book;
        this.resolver = ActorRefResolver.get(node.system());
        node.internals().spawnVital(handOut(), NAME);
    }

    private Behavior<Post> handOut() {
        return Behaviors.receiveMessage(post -> {
            publishLocally(post.group(), post.message());
            return Behaviors.same();
        });
    }

    void publishLocally(GroupKey group, Object message) {
        book.localOnce(group).forEach(member -> member.tell(message));
    }

    void publish(GroupKey group, Object message) {
        publishLocally(group, message);
        for (ActorRef<Object> oneOfItsNode : book.oneOfEachOtherNode(group)) {
            ActorRef<Post> office = resolver.resolveActorRef(oneOfItsNode.path().address() + "/system/" + NAME);
            office.tell(new Post(group, message));
        }
    }
}
