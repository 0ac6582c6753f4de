package io.capstan.registry.internal.group;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Node;
import io.capstan.registry.Members;
import io.capstan.registry.Metadata;
import io.capstan.registry.Probe;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupFailure;
import io.capstan.registry.group.Groups;
import io.capstan.registry.internal.Refs;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups whose actor fails by a bug: nobody is left waiting. */
@Timeout(60)
class FailedGroupsTest {
    private static final Group<String> GROUP = Group.of("group", String.class);

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a");

    private static final Members members = Members.of(cluster);

    @Test
    void whatTheActorHasInHandWhenItFailsIsAnswered() throws InterruptedException {
        Node node = members.node("a");
        Groups groups = members.groups("a");
        Probe<String> process = Probe.of(node);
        done(groups.join(GROUP, process.ref()));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GroupsService service = node.internals().service(GroupsService.class, GroupsService::start);
        service.request(
                done -> new GroupsActor.Leave(
                        new GroupKey("other", "other"), List.of(Refs.untyped(process.ref())), done),
                outcome -> {
                    busy.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    throw new IllegalStateException("as asked");
                });
        busy.await();
        List<CompletionStage<?>> all = List.of(
                groups.join(GROUP, process.ref()),
                groups.leave(GROUP, process.ref()),
                groups.update(GROUP, process.ref(), metadata -> Metadata.of("x")));
        goOn.countDown();

        for (CompletionStage<?> each : all) {
            assertThatThrownBy(() -> done(each)).cause().isInstanceOf(GroupFailure.class);
        }
        assertThatThrownBy(() -> done(groups.join(GROUP, process.ref())))
                .as("asked after it has failed")
                .cause()
                .isInstanceOf(GroupFailure.class);
    }
}
