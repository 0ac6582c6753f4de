package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.TestMeshes.Member;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may form a cluster among others. */
@Timeout(60)
class FoundingTest {
    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void close() {
        meshes.close();
    }

    @Test
    void aClusterIsFormedWhenEverybodyElseHasSaidThatHeHasNone() {
        Member a = newcomer("a");
        Member b = newcomer("b", a);
        Member c = newcomer("c", a);

        foundAmong(a, address(a), address(b), address(c));

        awaitLinked(a, b, c);
        assertThat(a.cluster()).isNotNull();
        assertThat(List.of(b, c)).allSatisfy(each -> assertThat(each.cluster()).isEqualTo(a.cluster()));
    }

    @Test
    void nobodyFormsOneWhileOneIsSilentWhoMayHaveItAndThatOneIsJoined() throws Exception {
        Member a = newcomer("a");
        Member c = newcomer("c", a);
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(30_000);
            foundAmong(a, address(a), new LinkAddress("127.0.0.1", silent.getLocalPort()), address(c));
            // Called that often, a has heard of c that it has none, as often at least.
            for (int calls = 0; calls < 10; calls++) {
                silent.accept().close();
            }
        }
        assertThat(a.cluster()).isNull();
        assertThat(c.cluster()).isNull();

        Member b = meshes.start("b", a);

        awaitLinked(a, b, c);
        assertThat(List.of(a, c)).allSatisfy(each -> assertThat(each.cluster()).isEqualTo(TestMeshes.CLUSTER));
    }

    @Test
    void whatWasSaidBeforeTheLastCallDoesNotCount() {
        LinkAddress b = new LinkAddress("b", 1);
        LinkAddress c = new LinkAddress("c", 1);
        Founding founding = new Founding(List.of(b, c));
        assertThat(founding.hasNone(b)).isFalse();
        founding.called(b);
        assertThat(founding.hasNone(c)).as("b is silent by now").isFalse();
        assertThat(founding.hasNone(b)).isTrue();
    }

    private Member newcomer(String name, Member... known) {
        return meshes.start(new Member(new NodeId(name, 1), null, ""), known);
    }

    private static LinkAddress address(Member member) {
        return member.mesh().address();
    }

    private static void foundAmong(Member member, LinkAddress... all) {
        member.mesh().foundAmong(List.of(all));
        member.mesh().open(Stream.of(all).toList(), List.of());
    }
}
