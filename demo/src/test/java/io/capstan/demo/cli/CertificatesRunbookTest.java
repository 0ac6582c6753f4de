package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.ConnectFailure;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.Start;
import io.capstan.demo.certs.CertificateFolder;
import io.capstan.testkit.Await;
import io.capstan.testkit.BookPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As RunbooksTest of registry, with the command that makes certificates. */
@DisplayName("Certificates and their authority, in docs/runbooks.md,")
@Timeout(300)
class CertificatesRunbookTest {
    private static final Path BOOK = Path.of("../docs/runbooks.md");

    @TempDir
    Path folder;

    private final Map<String, Node> nodes = new TreeMap<>();
    private final List<NodeEvent> lost = new CopyOnWriteArrayList<>();
    private final List<String> rows = new ArrayList<>(List.of("| do | and then |", "|---|---|"));

    @AfterEach
    void stopAll() {
        nodes.values().stream().map(Node::stop).toList().forEach(CertificatesRunbookTest::done);
    }

    @Test
    @DisplayName("are changed while the nodes run")
    void areChanged() throws Exception {
        Node a = twoNodesOfOneAuthority();

        step("`capstan certs node a certs --host HOST`, again; its `certificate.pem` and `key.pem` to a", () -> {
            sign("a", "certs");
            install("a", "certs");
            return "within `capstan.actors.tls.check-every` a shows the new one to whoever connects" + noneLost();
        });
        step("`capstan certs init new`", () -> {
            capstan("certs", "init", at("new"));
            return "there is another authority, which nobody trusts yet";
        });
        step(
                "on each node, both authorities in its `authority.pem`: `cat certs/authority.pem new/authority.pem`",
                () -> {
                    trust("certs", "new");
                    sign("c", "new");
                    install("c", "new");
                    copy(folder("a").authority(), folder("c").authority());
                    Node c = start("c", Start.joining(a.address()));
                    Await.until("c is let in", () -> c.nodes().size() == 2);
                    return "a node with a certificate of either is let in" + noneLost();
                });
        step("`capstan certs node a new --host HOST`, the files to a; and so for each", () -> {
            for (String name : List.of("a", "b")) {
                sign(name, "new");
                install(name, "new");
            }
            return "they show the new ones" + noneLost();
        });
        step("on each node, the new authority alone in its `authority.pem`", () -> {
            copy(folder("a").authority(), folder.resolve("both.pem"));
            trust("new");
            sign("d", "certs");
            install("d", "certs");
            copy(folder.resolve("both.pem"), folder("d").authority());
            Node d = start("d", Start.joining("127.0.0.1:1"));
            Await.until("it is refused", () -> {
                assertThatThrownBy(() -> done(d.connect(a.address(), Duration.ofSeconds(5))))
                        .hasCauseInstanceOf(ConnectFailure.class);
                return true;
            });
            done(Objects.requireNonNull(nodes.remove("d")).stop());
            return "who comes with a certificate of the former authority is refused; links that stand go on"
                    + noneLost();
        });
        step("start c again; and so each, as in a rolling restart", () -> {
            done(Objects.requireNonNull(nodes.remove("c")).stop());
            Node back = start("c", Start.returning());
            Await.until("it is back", () -> back.nodes().size() == 2);
            return "it is linked to all; for none of its connections the former authority has vouched";
        });
        assertThat(rows).isEqualTo(new BookPart(BOOK, "certificates").lines(rows));
    }

    private Node twoNodesOfOneAuthority() throws Exception {
        capstan("certs", "init", at("certs"));
        for (String name : List.of("a", "b")) {
            sign(name, "certs");
            install(name, "certs");
            copy(folder("certs").authority(), folder(name).authority());
        }
        Node a = start("a", Start.bootstrap());
        Node b = start("b", Start.joining(a.address()));
        Await.until("linked", () -> !a.nodes().isEmpty() && !b.nodes().isEmpty());
        a.subscribe(event -> {
            if (event instanceof NodeEvent.NodeDown) {
                lost.add(event);
            }
        });
        return a;
    }

    /** A row of the book: what is done, and what it came to, which is told in words once it is so. */
    private void step(String what, Callable<String> seen) throws Exception {
        rows.add("| " + what + " | " + seen.call() + " |");
    }

    private String noneLost() {
        return lost.isEmpty() ? "; no link ends" : "; " + lost;
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private CertificateFolder folder(String name) {
        return new CertificateFolder(folder.resolve(name));
    }

    private void sign(String name, String authority) {
        capstan("certs", "node", name, at(authority), "--host", "127.0.0.1");
    }

    /** To where the node has them, as an operator would, one after the other; and waits until a node that runs shows it. */
    private void install(String name, String authority) throws Exception {
        CertificateFolder made = folder(authority + "/" + name);
        Files.createDirectories(folder(name).path());
        copy(made.certificate(), folder(name).certificate());
        copy(made.key(), folder(name).key());
        Node node = nodes.get(name);
        if (node != null) {
            Certificate now = read(made.certificate());
            Await.until(name + " shows it", () -> Shown.at(node.address()).equals(now));
        }
    }

    private void trust(String... authorities) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String each : authorities) {
            all.append(Files.readString(folder(each).authority()));
        }
        for (String name : nodes.keySet()) {
            Files.writeString(folder(name).authority(), all);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Certificate read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private Node start(String name, Start start) {
        Config config = ConfigFactory.parseString("""
                capstan.actors { preset = local, link.port = 0, link.dial-pause-max = 100ms, directory = "%s" }
                capstan.actors.tls { enabled = on, check-every = 20ms, certificate = "%s", key = "%s", authority = "%s" }
                pekko.remote.artery.advanced.shutdown-flush-timeout = 100ms
                pekko.coordinated-shutdown.phases {
                  cluster-leave.timeout = 100ms, cluster-exiting.timeout = 100ms, cluster-exiting-done.timeout = 100ms
                  actor-system-terminate.timeout = 500ms
                }
                """.formatted(
                        folder.resolve("data-" + name),
                        folder(name).certificate(),
                        folder(name).key(),
                        folder(name).authority()));
        Node node = Node.start(name, start, config);
        nodes.put(name, node);
        return node;
    }

    private static void capstan(String... words) {
        Came came = Came.of(words);
        assertThat(came.code()).as(String.join(" ", words) + ": " + came.err()).isEqualTo(Capstan.OK);
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
