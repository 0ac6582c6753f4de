package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.Node;
import io.capstan.actors.process.Subject;
import io.capstan.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Links and unlinks that cross between two nodes")
class CrossingLinksTest {
    private static final int PAIRS = 300;
    private static final int CHANGES = 40;

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b");

    @Test
    void leaveEachPairLinkedAtBothEndsOrAtNone() throws InterruptedException {
        List<Subject> near = new ArrayList<>();
        List<Subject> far = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            near.add(new Subject(cluster.system("a")));
            far.add(new Subject(cluster.system("b")));
        }
        SplittableRandom random = new SplittableRandom(8);
        for (int change = 0; change < CHANGES; change++) {
            for (int i = 0; i < PAIRS; i++) {
                change(near.get(i), seenFrom("a", "b", far.get(i).ref()), random.nextBoolean());
                change(far.get(i), seenFrom("b", "a", near.get(i).ref()), random.nextBoolean());
            }
        }
        for (int i = 0; i < PAIRS; i++) {
            near.get(i).settle();
            far.get(i).settle();
        }
        awaitAgent("a", "b");
        awaitAgent("b", "a");
        awaitAgent("a", "b");
        int linked = 0;
        for (int i = 0; i < PAIRS; i++) {
            boolean here =
                    linked("a", near.get(i), seenFrom("a", "b", far.get(i).ref()));
            boolean there =
                    linked("b", far.get(i), seenFrom("b", "a", near.get(i).ref()));
            assertThat(here).as("pair " + i + " is linked").isEqualTo(there);
            linked += here ? 1 : 0;
        }
        assertThat(linked).as("pairs that are linked").isBetween(1, PAIRS - 1);
    }

    private static void change(Subject subject, ActorRef<?> other, boolean link) {
        subject.tell(new Subject.Do.Run(self -> {
            if (link) {
                self.link(other);
            } else {
                self.unlink(other);
            }
        }));
    }

    private static boolean linked(String node, Subject one, ActorRef<?> other) {
        return ProcessTable.get(cluster.system(node)).linked(one.ref(), other);
    }

    /** Whatever the agents of the two had to say to each other before is said: an answer has come back behind it. */
    private static void awaitAgent(String node, String other) throws InterruptedException {
        Subject gone = new Subject(cluster.system(other));
        Subject.Fate fate = gone.fate();
        gone.stop();
        fate.await();
        assertThat(new Subject.Fate(cluster.system(node), seenFrom(node, other, gone.ref())).await())
                .isEqualTo(ExitReason.NOPROC);
    }

    private static <T> ActorRef<T> seenFrom(String node, String home, ActorRef<T> ref) {
        return ActorRefResolver.get(cluster.system(node))
                .resolveActorRef(ActorRefResolver.get(cluster.system(home)).toSerializationFormat(ref));
    }
}
