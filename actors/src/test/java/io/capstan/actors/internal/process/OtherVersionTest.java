package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.Node;
import io.capstan.actors.process.Subject;
import io.capstan.testkit.TestCluster;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A node that speaks another version of the protocol of processes")
class OtherVersionTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b");

    @Test
    void isToldOfAtOnceToWhoeverWatchesThereAndToWhoeverWantsTo() throws InterruptedException {
        ActorRef<?> there = seenFromA(new Subject(cluster.system("b")).ref());
        Subject.Fate before = new Subject.Fate(cluster.system("a"), there);
        Node b = Node.get(cluster.system("b"));
        byte[] later = new byte[10];
        later[0] = (byte) (ProcessCodec.VERSION + 1);
        assertThat(b.internals().mesh().send(Node.get(cluster.system("a")).id(), Agent.CHANNEL, later))
                .isTrue();
        assertUnfit(before.await());
        assertUnfit(new Subject.Fate(cluster.system("a"), there).await());
    }

    private static void assertUnfit(ExitReason reason) {
        assertThat(reason.kind()).isEqualTo(ExitReason.Kind.NOCONNECTION);
        assertThat(reason.detail()).contains("version " + (ProcessCodec.VERSION + 1));
    }

    private static ActorRef<?> seenFromA(ActorRef<?> ref) {
        return ActorRefResolver.get(cluster.system("a"))
                .resolveActorRef(ActorRefResolver.get(cluster.system("b")).toSerializationFormat(ref));
    }
}
