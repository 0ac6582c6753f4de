package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.ForgetFailure;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.TestMeshes.Member;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node that an operator has forgotten")
class LinkForgetTest {
    private static final NodeId GONE = new NodeId("gone", 7);

    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void isCalledNoMoreNotEvenWhenOthersStillSpeakOfIt() throws Exception {
        try (ServerSocket there = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            var contact = new Contact(GONE, new LinkAddress("127.0.0.1", there.getLocalPort()));
            Member a = meshes.start("a");
            a.mesh().open(List.of(), List.of(contact));
            there.accept().close();
            assertThat(a.mesh().forget("gone").get()).isTrue();
            assertThat(a.forgotten).containsExactly(GONE);
            assertThat(a.mesh().forget("gone").get()).as("once more").isFalse();
            Member b = meshes.start("b", a);
            b.mesh().open(List.of(), List.of(contact));
            awaitLinked(a, b);
            b.mesh().forget("gone").get();
            // Whatever was called before that; a call to it would come in the time of two pauses, and then another.
            there.setSoTimeout(500);
            assertThatThrownBy(() -> {
                        for (int calls = 0; calls < 50; calls++) {
                            there.accept().close();
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void isNotOneThatIsThereBeItOnlyForOthers() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        Member c = meshes.start("c", a);
        awaitLinked(a, b, c);
        assertRefused(a);
        TestMeshes.cut(a, c);
        await("seen through b", () -> !a.linked(c) && a.mesh().visible().contains(c.id));
        assertRefused(a);
        c.mesh().stop(false);
        await("gone", () -> a.mesh().visible().equals(java.util.Set.of(b.id)));
        assertThat(a.mesh().forget("c").get()).isTrue();
    }

    private static void assertRefused(Member a) {
        assertThatThrownBy(() -> a.mesh().forget("c").get())
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(ForgetFailure.class))
                .satisfies(refused -> assertThat(refused.next()).isEqualTo(Failure.Next.DO_NOT_RETRY))
                .satisfies(refused -> assertThat(refused).hasMessageContaining("node c is there"));
        assertThat(a.forgotten).isEmpty();
    }

    @Test
    void leavesItsRoomToAnother() throws Exception {
        Member a = meshes.start("a");
        a.mesh()
                .open(
                        List.of(),
                        java.util.stream.IntStream.range(0, 16) // As many as a member remembers.
                                .mapToObj(i -> new Contact(new NodeId("n" + i, 1), new LinkAddress("127.0.0.1", 1)))
                                .toList());
        assertThat(a.mesh().forget("n3").get()).isTrue();
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        b.mesh().stop(false);
        await("gone", () -> !a.linked(b));
        assertThat(a.mesh().trafficByPeer()).containsKey("b");
        assertThat(a.mesh().forget("b").get()).as("b was remembered").isTrue();
        await("nothing of it is kept", () -> a.mesh().trafficByPeer().isEmpty());
    }

    @Test
    void isLetInAsEverShouldItComeBack() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        TestMeshes.cut(a, b);
        await("cut", () -> a.mesh().visible().isEmpty() && b.mesh().visible().isEmpty());
        assertThat(a.mesh().forget("b").get()).isTrue();
        // The very run that was forgotten, which lived on all the while.
        TestMeshes.heal(a, b);
        awaitLinked(a, b);
        b.mesh().stop(false);
        Member young = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        awaitLinked(a, young);
    }

    @Test
    void isLetInAlsoWhenItWasToBeKeptApartBefore() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        a.mesh().disconnect("b");
        await("apart", () -> !a.linked(b));
        b.mesh().stop(false);
        assertThat(a.mesh().forget("b").get()).isTrue();

        Member young = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
        awaitLinked(a, young);
    }
}
