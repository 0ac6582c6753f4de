package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Bad input")
class BadInputTest {
    @TempDir
    Path folder;

    private String file = "";

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("file"), "a b c\n").toString();
    }

    @Test
    @DisplayName("that is not understood ends with 2 and one line that says where help is")
    void notUnderstood() {
        notUnderstood("unknown command or option: bogus. See: capstan --help", "bogus");
        notUnderstood("'x' is not an int. See: capstan demo --help", "demo", "--until", "x");
        notUnderstood("'FILE'. See: capstan crunch --help", "crunch");
        notUnderstood("'--name=<name>'. See: capstan node --help", "node");
    }

    @Test
    @DisplayName("of the demo is refused with 3 and one line")
    void ofTheDemo() {
        for (String step : new String[] {"0", "-1", "25"}) {
            refused("1 to 24, got " + step, "demo", "--until", step);
        }
    }

    @Test
    @DisplayName("of the lab is refused with 3 and one line")
    void ofTheLab() {
        refused("--nodes is 3 or 5, got 4", "lab", "--nodes", "4");
        refused("--port is 0 to 65535, got 65536", "lab", "--port", "65536");
    }

    @Test
    @DisplayName("as a port that is in use is refused with 3 and one line, before any process is started")
    void ofAPort() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            refused("choose another, or 0 for any free one", "lab", "--port", port);
            refused("choose another, or 0 for any free one", "demo", "--port", port);
        }
    }

    @Test
    @DisplayName("of whom to ask is refused with 3 and one line, whatever listens there")
    void ofWhomToAsk() throws IOException {
        refused("a port 1 to 65535, got \"127.0.0.1:99999\"", "names", "list", "--node", "127.0.0.1:99999");
        refused("got \"foo\"", "shell", "--node", "foo");
        refused("nothing listens there. Start a node", "names", "list", "--node", "127.0.0.1:1");
        refused("no host of that name is known here", "names", "list", "--node", "nowhere.invalid:8551");
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        other.createContext("/", asked -> {
            asked.sendResponseHeaders(200, 0);
            try (OutputStream page = asked.getResponseBody()) {
                page.write("<html>".getBytes(StandardCharsets.UTF_8));
            }
        });
        other.start();
        try {
            String port = String.valueOf(other.getAddress().getPort());
            refused("no node's HTTP door", "names", "list", "--node", "127.0.0.1:" + port);
        } finally {
            other.stop(0);
        }
    }

    @Test
    @DisplayName(
            "as a name that would be another part of an address is refused with 3 and one line, before anybody is asked")
    void ofAName() {
        for (String name : new String[] {"", ".", ".."}) {
            String said = "over HTTP a name has at least one byte and is not . or .., got \"" + name + "\"";
            refused(said, "names", "register", name);
            refused(said, "groups", "join", name);
            refused(said, "counters", "add", name);
            refused(said, "kv", "put", name, "value");
            refused(said, "lock", "show", name);
        }
        refused("--within is at least 1ms, got 0s", "names", "register", "x", "--within", "0s");
        refused("no such file: nowhere", "kv", "txn", "nowhere");
    }

    @Test
    @DisplayName("of crunch is refused with 3 and one line, before any process is started")
    void ofCrunch() {
        refused("no such file: nowhere", "crunch", "nowhere");
        refused("cannot read " + folder, "crunch", folder.toString());
        refused("got -1", "crunch", file, "--field", "-1");
        refused("got 0", "crunch", file, "--top", "0");
        refused("1 to 9, got 10", "crunch", file, "--nodes", "10");
        refused("exists already", "crunch", file, "--out", file);
        String nowhere = folder.resolve("nowhere").toString();
        refused(nowhere + " is no directory", "crunch", file, "--out", nowhere + "/result");
    }

    @Test
    @DisplayName("of a node is refused with 3 and one line that speaks of the options, not of settings")
    void ofANode() {
        String data = folder.resolve("data").toString();
        refused("--http is a port, 0 to 65535, got 99999", "node", "--name", "a", "--bootstrap", "--http", "99999");
        refused("--port must be 0 to 65535, is -2", "node", "--name", "a", "--bootstrap", "--port", "-2");
        refused("--name: a node's name uses", "node", "--name", "no spaces", "--bootstrap");
        refused(
                "--join: \"host:port\" is not host:port: a port is 1 to 65535, got \"port\"",
                "node",
                "--name",
                "a",
                "--join",
                "host:port");
        refused("--tls: " + data, "node", "--name", "a", "--bootstrap", "--tls", data);
        refused("neither --join nor --bootstrap", "node", "--name", "a", "--port", "0", "--directory", data);
        refused("name a directory in --directory", "node", "--name", "a", "--bootstrap", "--directory", file);
    }

    private static void notUnderstood(String said, String... arguments) {
        says(Capstan.USAGE, said, arguments);
    }

    private static void refused(String said, String... arguments) {
        says(Capstan.REFUSED, said, arguments);
    }

    private static void says(int code, String said, String... arguments) {
        Came came = Came.of(arguments);
        assertThat(came.code()).isEqualTo(code);
        assertThat(came.err()).startsWith("capstan: ").contains(said);
        assertThat(came.err().lines()).as("one line").hasSize(1);
        assertThat(came.out()).isEmpty();
    }
}
