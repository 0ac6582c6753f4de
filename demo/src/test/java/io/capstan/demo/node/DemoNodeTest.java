package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Start;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoNodeTest {
    @TempDir
    Path directory;

    private static int status(DemoNode node) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.ready().http() + "/status"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aNodeWhoseSystemEndsComesBackWhereItWas() throws Exception {
        DemoNode node = DemoNode.start(
                new DemoNode.Settings("a", "127.0.0.1", 0, 0, directory, Start.bootstrap(), List.of(), "local", false));
        try {
            DemoNode.Ready before = node.ready();
            assertThat(status(node)).isEqualTo(200);
            node.node().system().terminate();
            Await.until("its next incarnation serves", () -> {
                DemoNode.Ready now = node.ready();
                assertThat(now.incarnation()).isGreaterThan(before.incarnation());
                assertThat(List.of(now.link(), now.http())).isEqualTo(List.of(before.link(), before.http()));
                return status(node) == 200;
            });
        } finally {
            node.stop();
        }
    }

    @Test
    void aNodeWithoutAClusterLivesAndDoesNotServe() {
        Start alone = Start.joining(Ports.HOST + ":" + Ports.free());
        DemoNode node = DemoNode.start(
                new DemoNode.Settings("a", Ports.HOST, 0, 0, directory, alone, List.of(), "local", false));
        try {
            NodeClient door = new NodeClient("a", node.ready().http());
            assertThat(door.get("/health/live").body()).hasToString("{\"ok\":true,\"reasons\":[]}");
            assertThat(door.get("/health/ready").status()).isEqualTo(503);
            assertThat(door.get("/health/ready").body().toString())
                    .startsWith("{\"ok\":false,\"reasons\":[\"the node has joined no cluster yet\"");
        } finally {
            node.stop();
        }
    }
}
