package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.registry.Names;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The first program of docs/first-steps.md")
class FirstStepsTest {
    private static final Path DOCUMENT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("docs/first-steps.md");

    @TempDir
    Path folder;

    private Node open(String name, int port, Start start) {
        return FirstSteps.open(name, port, folder.resolve(name).toString(), start);
    }

    private static Optional<String> owner(Node node) {
        return Names.get(node).owner(FirstSteps.STOCK).map(owner -> owner.node().name());
    }

    private static void stop(Node node) throws Exception {
        node.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void sellsFromOneStockOnTwoNodesAndFromAnotherWhenItsNodeIsGone() throws Exception {
        int port = Ports.free();
        Node a = open("a", port, Start.bootstrap());
        Node b = null;
        try {
            assertThat(FirstSteps.sell(a)).isEqualTo("999 left; all nodes have sold 1");
            Node joining = open("b", 0, Start.joining(Ports.HOST + ":" + port));
            b = joining;
            Await.until("b has joined, and both see one owner", () -> {
                return !joining.nodes().isEmpty()
                        && owner(joining).isPresent()
                        && owner(joining).equals(owner(a));
            });
            // The first call of a node to another waits for Pekko's connection, on a busy machine for longer than it
            // may take.
            Await.until("b sells", () -> FirstSteps.sell(joining).contains(" left; all nodes have sold "));
            stop(a);
            Await.until("b has a stock of its own", () -> owner(joining).equals(Optional.of("b")));
            assertThat(FirstSteps.sell(joining)).startsWith("99");
        } finally {
            stop(a);
            if (b != null) {
                stop(b);
            }
        }
    }

    @Test
    void needsWhatTheBomOfThisVersionNames() throws Exception {
        String version = Files.readString(DOCUMENT.resolveSibling("../pom.xml"))
                .lines()
                .filter(line -> line.startsWith("  <version>"))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readString(DOCUMENT)).contains("capstan-bom_2.13</artifactId>\n      " + version);
    }
}
