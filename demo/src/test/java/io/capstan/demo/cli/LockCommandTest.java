package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.capstan.actors.Start;
import io.capstan.demo.node.DemoNode;
import io.capstan.demo.node.Lone;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capstan lock")
@Timeout(120)
class LockCommandTest {
    /** For whatever needs processes of its own, on a machine that is busy. */
    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    static Path directory;

    private static DemoNode node;

    @BeforeAll
    static void start() {
        node = Lone.start(directory);
    }

    @AfterAll
    static void stop() {
        node.stop();
    }

    /** Runs a script of the shell under a lock. */
    private static Came lock(String name, String script, String... options) {
        List<String> all =
                new ArrayList<>(List.of("lock", name, "--node", node.ready().http()));
        all.addAll(List.of(options));
        all.addAll(List.of("--", "sh", "-c", script));
        return Came.of(all.toArray(String[]::new));
    }

    private static CompletableFuture<Came> started(String name, String script, String... options) {
        return apart(() -> lock(name, script, options));
    }

    private static CompletableFuture<Came> apart(String... arguments) {
        return apart(() -> Came.of(arguments));
    }

    /** On a thread of its own: a command dies with the thread that started it. */
    private static CompletableFuture<Came> apart(Supplier<Came> run) {
        CompletableFuture<Came> came = new CompletableFuture<>();
        Thread thread = new Thread(() -> came.complete(run.get()), "capstan lock");
        thread.setDaemon(true);
        thread.start();
        return came;
    }

    private static Path file(String name) {
        return directory.resolve(name);
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).trim() : "";
    }

    @Test
    @DisplayName("runs the command with the lock's tokens in its environment, and ends with its exit code")
    void runs() throws IOException {
        Path told = file("told");
        String script = "echo $CAPSTAN_LOCK $CAPSTAN_FENCE $CAPSTAN_FENCE_SORTED >> " + told + "; exit 7";
        assertThat(lock("runs", script)).isEqualTo(new Came(7, "", ""));
        assertThat(lock("runs", script)).isEqualTo(new Came(7, "", ""));
        List<String[]> lines =
                Files.readAllLines(told).stream().map(line -> line.split(" ")).toList();
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line[0]).isEqualTo("runs");
            assertThat(line[1]).matches("[0-9]+-[0-9]+-[0-9]+");
            assertThat(line[2]).matches("[0-9a-f]{40}");
        });
        assertThat(lines.get(1)[2]).as("tokens rise").isGreaterThan(lines.get(0)[2]);
    }

    @Test
    @DisplayName("lets one after the other in, and who waits in vain ends with 124 and runs nothing")
    void excludes() throws Exception {
        Path in = file("in");
        Path go = file("go");
        CompletableFuture<Came> first =
                started("excludes", "touch " + in + "; until [ -e " + go + " ]; do sleep 0.02; done");
        Await.until("the first is in", SOON, () -> Files.exists(in));
        Came late = lock("excludes", "touch " + file("never"), "--wait", "200ms");
        assertThat(late.code()).isEqualTo(LockCommand.HELD);
        assertThat(late.err())
                .startsWith("capstan: lock excludes was not granted in time: it is held by a")
                .hasLineCount(1);
        assertThat(lock("excludes", "true", "--wait", "0s").code()).isEqualTo(LockCommand.HELD);
        CompletableFuture<Came> second = started("excludes", "test -e " + go);
        Await.until(
                "the second waits",
                SOON,
                () -> Came.of("lock", "show", "excludes", "--node", node.ready().http())
                        .out()
                        .contains("waits: a"));
        Files.createFile(go);
        assertThat(first.join().code()).isZero();
        assertThat(second.join().code()).as("it came after the first").isZero();
        assertThat(file("never")).doesNotExist();
    }

    @Test
    @DisplayName("ends the command and all its children with 121 when the lock is lost")
    @EnabledOnOs(OS.LINUX)
    void ends() throws Exception {
        Path child = file("child");
        CompletableFuture<Came> run = started("ends", "sleep 1000 & echo $! > " + child + "; wait", "--ttl", "30s");
        Await.until("its child runs", SOON, () -> !read(child).isEmpty());
        String listed =
                Came.of("lock", "list", "--json", "--node", node.ready().http()).out();
        assertThat(listed).contains("\"lock\":\"ends\"", "\"holder\":\"a\"", "capstan lock, pid");
        String token = listed.lines()
                .filter(line -> line.contains("\"ends\""))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");

        Came released =
                Came.of("lock", "release", "ends", token, "--node", node.ready().http());

        assertThat(released.code()).isZero();
        Came came = run.get();
        assertThat(came.code()).isEqualTo(LockCommand.LOST);
        assertThat(came.err())
                .contains("lock ends is lost: REVOKED; the command was ended")
                .hasLineCount(1);
        long pid = Long.parseLong(read(child));
        Await.until(
                "its child is gone",
                SOON,
                () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        assertThat(Came.of("lock", "show", "ends", "--node", node.ready().http())
                        .out())
                .isEqualTo("lock ends: nobody holds it\n");
    }

    @Test
    @DisplayName("ends the command's processes also where a group of their own was made for them, as timeout(1) does")
    @EnabledOnOs(OS.LINUX)
    void endsOtherGroups() throws Exception {
        Path child = file("grouped");
        CompletableFuture<Came> run =
                started("groups", "timeout 1000 sleep 1000 & echo $! > " + child + "; wait", "--ttl", "1s");
        Await.until("its child runs", SOON, () -> !read(child).isEmpty());
        String token = Came.of("lock", "show", "groups", "--node", node.ready().http())
                .out()
                .replaceAll("(?s).*token ([0-9-]+).*", "$1");
        assertThat(Came.of(
                                "lock",
                                "release",
                                "groups",
                                token,
                                "--node",
                                node.ready().http())
                        .code())
                .isZero();
        assertThat(run.get().code()).isEqualTo(LockCommand.LOST);
        long pid = Long.parseLong(read(child));
        Await.until(
                "its child is gone",
                SOON,
                () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    @DisplayName("asks the next node when one takes the connection and says nothing, or stops saying anything")
    void goesOn() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket paused = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread begins = new Thread(() -> answerOnce(paused), "a node that is paused");
            begins.setDaemon(true);
            begins.start();
            List<CompletableFuture<Came>> runs = new ArrayList<>();
            for (ServerSocket hung : List.of(silent, paused)) {
                String nodes =
                        "127.0.0.1:" + hung.getLocalPort() + "," + node.ready().http();
                runs.add(apart("lock", "goes-on-" + runs.size(), "--node", nodes, "--", "true"));
            }
            for (CompletableFuture<Came> run : runs) {
                assertThat(run.get(60, TimeUnit.SECONDS)).isEqualTo(new Came(0, "", ""));
            }
        }
    }

    /** The beginning of an answer, as of a node that was paused while one waits for a lock. */
    private static void answerOnce(ServerSocket door) {
        try {
            Socket asking = door.accept();
            String begun = String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: application/x-ndjson",
                    "Transfer-Encoding: chunked",
                    "",
                    "1d",
                    "{\"event\":\"ALIVE\",\"hold\":1}  \n",
                    "");
            asking.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            asking.getOutputStream().flush();
        } catch (IOException over) {
            // So is the test.
        }
    }

    @Test
    @DisplayName("does not wait at a node without a majority when there is another to ask")
    void leavesMinorities() throws Exception {
        DemoNode alone = DemoNode.start(new DemoNode.Settings(
                "m",
                "127.0.0.1",
                0,
                0,
                directory.resolve("m"),
                Start.bootstrap(),
                List.of("m", "gone", "lost"),
                "local",
                false));
        try {
            String nodes = alone.ready().http() + "," + node.ready().http();
            CompletableFuture<Came> run = apart("lock", "majority", "--node", nodes, "--wait", "10m", "--", "true");
            String lonely = alone.ready().http() + "," + alone.ready().http();
            Came refused = Came.of("lock", "majority", "--node", lonely, "--wait", "3s", "--", "true");
            assertThat(refused.code()).isEqualTo(LockCommand.NOT_ASKED);
            assertThat(refused.err()).contains("majority").hasLineCount(1);
            assertThat(run.get(60, TimeUnit.SECONDS)).isEqualTo(new Came(0, "", ""));
        } finally {
            alone.stop();
        }
    }

    @Test
    @DisplayName("ends soon after its command also when its node hangs and never answers the release")
    void leavesHungNodes() throws Exception {
        HttpServer hung = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        hung.setExecutor(work -> {
            Thread thread = new Thread(work, "a node that hangs when it is to release");
            thread.setDaemon(true);
            thread.start();
        });
        CountDownLatch over = new CountDownLatch(1);
        hung.createContext("/holds", exchange -> {
            try {
                boolean asks = exchange.getRequestMethod().equals("GET");
                if (exchange.getRequestMethod().equals("DELETE")) {
                    over.await();
                }
                String line =
                        asks ? "{\"valid_millis\":600000}" : "{\"event\":\"HELD\",\"hold\":1,\"token\":\"1-2-0\"}\n";
                exchange.sendResponseHeaders(200, asks ? line.length() : 0);
                exchange.getResponseBody().write(line.getBytes(StandardCharsets.US_ASCII));
                exchange.getResponseBody().flush();
                if (!asks) {
                    over.await();
                }
                exchange.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        hung.start();
        try {
            String door = "127.0.0.1:" + hung.getAddress().getPort();
            CompletableFuture<Came> run = apart("lock", "hung", "--ttl", "10m", "--node", door, "--", "true");
            assertThat(run.get(60, TimeUnit.SECONDS)).isEqualTo(new Came(0, "", ""));
        } finally {
            over.countDown();
            hung.stop(0);
        }
    }

    @Test
    @DisplayName("shows names and labels without what would move a terminal's cursor")
    void shows() throws Exception {
        String name = "evil\u001b[2J\u202e";
        Path in = file("evil");
        Path go = file("good");
        CompletableFuture<Came> run =
                started(name, "touch " + in + "; until [ -e " + go + " ]; do sleep 0.02; done", "--ttl", "5s");
        Await.until("it runs", SOON, () -> Files.exists(in));
        String http = node.ready().http();

        String listed = Came.of("lock", "list", "--node", http).out();
        String shown = Came.of("lock", "show", name, "--node", http).out();
        Came refused = lock(name, "true", "--wait", "0s");

        Files.createFile(go);
        assertThat(List.of(listed, shown, refused.err()))
                .allSatisfy(text ->
                        assertThat(text).contains("evil\\u001b[2J\\u202e").doesNotContain("\u001b", "\u202e"));
        assertThat(shown).containsPattern(" held by a for [0-9]+ s, token ");
        assertThat(run.join().code()).isZero();
        assertThat(Came.of("lock", "show", name, "--node", http).out())
                .isEqualTo("lock evil\\u001b[2J\\u202e: nobody holds it\n");
    }

    @Test
    @DisplayName("of bad input is refused in one line, and asks for no lock")
    void refuses() {
        String http = node.ready().http();
        says(Capstan.USAGE, "a lock's name and a command after --", "lock", "x");
        says(LockCommand.NOT_RUN, "cannot run no-such-program", "lock", "x", "--node", http, "--", "no-such-program");
        says(Capstan.REFUSED, "--ttl is 500ms to 1h, got 1ms", "lock", "x", "--ttl", "1ms", "--", "true");
        says(Capstan.REFUSED, "--wait is a time as 500ms, 10s or 2m", "lock", "x", "--wait", "soon", "--", "true");
        says(Capstan.REFUSED, "--node is host:port", "lock", "x", "--node", "nonsense", "--", "true");
        says(LockCommand.NOT_ASKED, "did not answer", "lock", "x", "--node", "127.0.0.1:1", "--", "true");
        says(LockCommand.NOT_ASKED, "1 to 200 bytes", "lock", "n".repeat(201), "--node", http, "--", "true");
        says(LockCommand.NOT_ASKED, "wait_ms is 0 to", "lock", "x", "--wait", "1000000d", "--node", http, "--", "true");
        says(Capstan.REFUSED, "not . or ..", "lock", "..", "--node", http, "--", "true");
        says(Capstan.REFUSED, "1 to 200 bytes", "lock", "", "--node", http, "--", "true");
        says(Capstan.REFUSED, "a fencing token has three numbers", "lock", "release", "x", "1-2", "--node", http);
    }

    private static void says(int code, String said, String... arguments) {
        Came came = Came.of(arguments);
        assertThat(came.err()).startsWith("capstan: ").contains(said).hasLineCount(1);
        assertThat(came.code()).isEqualTo(code);
    }
}
