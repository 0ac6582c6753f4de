package io.capstan.actors.internal.link;

import static io.capstan.actors.internal.link.TestMeshes.CLUSTER;
import static io.capstan.actors.internal.link.TestMeshes.await;
import static io.capstan.actors.internal.link.TestMeshes.awaitLinked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.ConnectFailure;
import io.capstan.actors.NodeEvent.Reason;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.TestMeshes.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node that is told whom to be linked to")
class LinkConnectTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    private final TestMeshes meshes = new TestMeshes();

    @AfterEach
    void closeAll() {
        meshes.close();
    }

    @Test
    void linksToOneThatItHasNeverHeardOf() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b");
        assertThat(connect(a, b)).isEqualTo(b.id);
        assertThat(a.linked(b)).isTrue();
        // Once more, from either side: it stands.
        assertThat(connect(a, b)).isEqualTo(b.id);
        awaitLinked(a, b);
        assertThat(connect(b, a)).isEqualTo(a.id);
        assertThat(a.events).noneMatch(MeshEvent.Unlinked.class::isInstance);
    }

    @Test
    void joinsTheClusterOfTheOther() throws Exception {
        Member fresh = meshes.start(new Member(new NodeId("f", 1), null, ""));
        connect(fresh, meshes.start("a"));
        assertThat(fresh.cluster()).isEqualTo(CLUSTER);
    }

    @Test
    void isToldWhyThatCannotBe() {
        Member a = meshes.start("a");
        assertFails(
                a,
                meshes.start(new Member(new NodeId("s", 1), new ClusterId(9, 9), ""))
                        .mesh()
                        .address(),
                "cluster");
        assertFails(
                a,
                meshes.start(new Member(new NodeId("t", 1), CLUSTER, "another"))
                        .mesh()
                        .address(),
                "secret");
        assertFails(a, a.mesh().address(), "itself");
    }

    private static void assertFails(Member from, LinkAddress to, String why) {
        assertThatThrownBy(() ->
                        from.mesh().connect(to, LONG).toCompletableFuture().get())
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(ConnectFailure.class))
                .satisfies(failed -> assertThat(failed.kind()).isEqualTo(ConnectFailure.Kind.REFUSED))
                .satisfies(failed -> assertThat(failed).hasMessageContaining(why));
    }

    @Test
    void isToldWhenNobodyAnswersInTimeAndCallsNoMore() throws Exception {
        Member a = meshes.start("a");
        LinkAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new LinkAddress("127.0.0.1", free.getLocalPort());
        }
        assertThatThrownBy(() -> a.mesh()
                        .connect(nobody, Duration.ofMillis(200))
                        .toCompletableFuture()
                        .get())
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(ConnectFailure.class))
                .satisfies(failed -> assertThat(failed.kind()).isEqualTo(ConnectFailure.Kind.NO_ANSWER));
    }

    @Test
    void isToldWhenItIsStoppedMeanwhile() throws Exception {
        Member a = meshes.start("a");
        CompletableFuture<NodeId> waiting;
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            waiting = a.mesh().connect(new LinkAddress("127.0.0.1", silent.getLocalPort()), LONG);
            a.mesh().stop(true).toCompletableFuture().get();
        }
        assertThatThrownBy(waiting::get).hasMessageContaining("stopped");
    }

    @Test
    void staysApartFromWhomItIsToldToUntilItIsToldOtherwise() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        a.mesh().disconnect("b");
        await("a is told", () -> a.events.contains(new MeshEvent.Unlinked(b.id, Reason.DISCONNECTED)));
        await("b is told", () -> b.events.contains(new MeshEvent.Unlinked(a.id, Reason.DISCONNECTED)));
        Member c = meshes.start("c", a);
        awaitLinked(a, c);
        awaitLinked(b, c);
        await("visible through c", () -> a.mesh().visible().contains(b.id));
        assertThat(a.linked(b)).as("though b calls").isFalse();
        assertThatThrownBy(() -> connect(b, a))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("apart");
        assertThat(connect(a, b)).isEqualTo(b.id);
        awaitLinked(a, b, c);
    }

    @Test
    void isToldToStayApartThoughItWaitsForTheVerySame() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        LinkAddress there = b.mesh().address();
        b.mesh().stop(false).toCompletableFuture().get();
        await("b is gone", () -> !a.linked(b));
        CompletableFuture<NodeId> waiting = a.mesh().connect(there, LONG).toCompletableFuture();
        a.mesh().disconnect("b");
        assertThatThrownBy(waiting::get).hasMessageContaining("apart");
    }

    @Test
    void callsOnForWhoeverStillWaitsForTheSameAddress() throws Exception {
        Member a = meshes.start("a");
        LinkAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new LinkAddress("127.0.0.1", free.getLocalPort());
        }
        CompletableFuture<NodeId> patient = a.mesh().connect(nobody, LONG).toCompletableFuture();
        assertThatThrownBy(() -> a.mesh()
                        .connect(nobody, Duration.ofMillis(100))
                        .toCompletableFuture()
                        .get())
                .hasMessageContaining("100 ms");
        try (ServerSocket late = new ServerSocket(nobody.port(), 1, InetAddress.getLoopbackAddress())) {
            late.setSoTimeout((int) LONG.toMillis());
            late.accept().close();
        }
        assertThat(patient).isNotDone();
    }

    @Test
    void isToldOfALinkThatStandsByAnotherAddress() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        LinkAddress another = new LinkAddress("localhost", b.mesh().address().port());
        assertThat(a.mesh().connect(another, LONG).toCompletableFuture().get()).isEqualTo(b.id);
    }

    @Test
    void linksByAnAddressThatIsNotTheNodesOwnToOneThatItHasNeverHeardOf() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b");
        assertThat(connectByAlias(a, b)).isEqualTo(b.id);
        // Once more: it stands.
        assertThat(connectByAlias(a, b)).isEqualTo(b.id);
    }

    @Test
    void takesADisconnectBackByWhateverAddressItIsToldToConnectTo() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        // The second time the address has been called before.
        for (int time = 0; time < 2; time++) {
            a.mesh().disconnect("b");
            await("apart", () -> !a.linked(b) && !b.linked(a));
            assertThat(connectByAlias(a, b)).isEqualTo(b.id);
            awaitLinked(a, b);
        }
    }

    @Test
    void takesADisconnectBackByAnAddressOfTheConfigurationThatIsNotTheNodesOwn() throws Exception {
        Member b = meshes.start("b");
        Member a = meshes.start("a");
        a.mesh().open(List.of(alias(b)), List.of());
        awaitLinked(a, b);
        // Both of its addresses are called then, and whichever comes first, whoever waits for the other is told.
        for (int time = 0; time < 20; time++) {
            a.mesh().disconnect("b");
            await("apart", () -> !a.linked(b) && !b.linked(a));
            assertThat(connectByAlias(a, b)).isEqualTo(b.id);
            awaitLinked(a, b);
        }
    }

    @Test
    void staysApartThoughItWasToldBeforeToConnectByAnotherAddress() throws Exception {
        Member a = meshes.start("a");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
        TestMeshes.cut(a, b);
        await("unlinked", () -> !a.linked(b) && !b.linked(a));
        CompletableFuture<NodeId> waiting = a.mesh().connect(alias(b), LONG);
        a.mesh().disconnect("b");
        TestMeshes.heal(a, b);
        assertThatThrownBy(waiting::get).hasMessageContaining("apart");
        assertThat(a.linked(b)).isFalse();
    }

    @Test
    void hangsUpWhenNobodyWaitsAnyMore() throws Exception {
        meshes.dialTimeout(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        try (ServerSocket silent = silent()) {
            var waiting = a.mesh().connect(address(silent), Duration.ofMillis(200));
            try (Socket call = silent.accept()) {
                call.setSoTimeout((int) LONG.toMillis());
                assertThatThrownBy(waiting::get).hasMessageContaining("200 ms");
                awaitEnd(call);
            }
        }
    }

    @Test
    void hangsUpWhereANodeWasWhenItHearsThatItIsElsewhere() throws Exception {
        meshes.dialTimeout(Duration.ofMinutes(5));
        Member a = meshes.start("a");
        try (ServerSocket silent = silent()) {
            a.mesh().open(List.of(), List.of(new Contact(new NodeId("b", 1), address(silent))));
            try (Socket call = silent.accept()) {
                call.setSoTimeout((int) LONG.toMillis());
                Member b = meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a);
                awaitLinked(a, b);
                awaitEnd(call);
            }
        }
    }

    @Test
    void callsOnWhereANodeWasForWhoeverWaitsThere() throws Exception {
        Member a = meshes.start("a");
        try (ServerSocket silent = silent()) {
            a.mesh().open(List.of(), List.of(new Contact(new NodeId("b", 1), address(silent))));
            CompletableFuture<NodeId> waiting = a.mesh().connect(address(silent), LONG);
            silent.accept().close();
            awaitLinked(a, meshes.start(new Member(new NodeId("b", 2), CLUSTER, ""), a));
            silent.accept().close();
            assertThat(waiting).isNotDone();
        }
    }

    private static ServerSocket silent() throws IOException {
        ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        silent.setSoTimeout((int) LONG.toMillis());
        return silent;
    }

    private static LinkAddress address(ServerSocket socket) {
        return new LinkAddress("127.0.0.1", socket.getLocalPort());
    }

    /** Reads what the caller says until it hangs up. */
    private static void awaitEnd(Socket call) throws IOException {
        assertThat(call.getInputStream().readAllBytes()).isNotEmpty();
    }

    private static LinkAddress alias(Member member) {
        return new LinkAddress("localhost", member.mesh().address().port());
    }

    private static NodeId connectByAlias(Member from, Member to) throws Exception {
        return from.mesh().connect(alias(to), LONG).get();
    }

    @Test
    void doesNothingAboutOneThatItHasNeverHeardOf() {
        Member a = meshes.start("a");
        a.mesh().disconnect("b");
        Member b = meshes.start("b", a);
        awaitLinked(a, b);
    }

    private static NodeId connect(Member from, Member to) throws Exception {
        return from.mesh()
                .connect(to.mesh().address(), LONG)
                .toCompletableFuture()
                .get();
    }
}
