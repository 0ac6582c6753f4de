package io.capstan.demo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Start;
import io.capstan.actors.internal.SystemConfig;
import io.capstan.demo.certs.Authority;
import io.capstan.demo.certs.CertificateFolder;
import io.capstan.demo.http.Role;
import io.capstan.demo.http.Tokens;
import io.capstan.demo.process.DoorKey;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import io.capstan.testkit.process.SharedClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Without a container runtime: the containers' own command lines, as processes; hosts, ports and folders are this machine's. */
@DisplayName("deploy/")
@Timeout(400)
class KubernetesTest {
    private static final List<String> PODS = List.of("capstan-0", "capstan-1", "capstan-2");

    private static final Duration START_MAX = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final Map<String, Process> running = new TreeMap<>();
    private final Map<String, Integer> links = new TreeMap<>();
    private final Map<String, Integer> doors = new TreeMap<>();
    private final Manifest manifest = read();
    private String token = "";

    private static Manifest read() {
        try {
            return Manifest.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void killAll() {
        running.values().forEach(Process::destroyForcibly);
    }

    @Test
    @DisplayName("says of one pod what it says of another, and of the image what it says of the pod")
    void isOfOnePiece() throws Exception {
        NodeCommand command = new NodeCommand();
        CommandLine node = new CommandLine(command);
        // Words that the command does not know are refused here.
        node.parseArgs(manifest.arguments("capstan-0").stream().skip(1).toArray(String[]::new));
        assertThat(manifest.arguments("capstan-0").get(0)).isEqualTo("node");
        assertThat(node.getCommandSpec().findOption("--port").defaultValue()).isEqualTo("" + manifest.port("links"));
        assertThat(node.getCommandSpec().findOption("--http").defaultValue()).isEqualTo("" + manifest.port("door"));

        JsonNode pod = manifest.pod();
        assertThat(manifest.replicas()).isEqualTo(PODS.size());
        assertThat(manifest.stateful().at("/spec/serviceName"))
                .isEqualTo(manifest.service().at("/metadata/name"));
        JsonNode labels = manifest.stateful().at("/spec/template/metadata/labels");
        assertThat(manifest.stateful().at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(manifest.service().at("/spec/selector")).isEqualTo(labels);
        assertThat(manifest.budget().at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(manifest.budget().at("/spec/maxUnavailable").asInt()).isEqualTo(1);
        assertThat(Manifest.dockerfile())
                .contains("\nUSER " + pod.at("/securityContext/runAsUser") + ":" + pod.at("/securityContext/runAsGroup")
                        + "\n")
                .contains("\nEXPOSE " + manifest.port("links") + " " + manifest.port("door") + "\n")
                .contains("\nSTOPSIGNAL SIGTERM\n");
        for (JsonNode source : pod.at("/volumes/0/projected/sources")) {
            String of = source.at("/secret/name").asText().replace("-tls", "");
            CertificateFolder mounted = new CertificateFolder(Path.of(of));
            List<String> paths = new ArrayList<>();
            source.at("/secret/items")
                    .forEach(item -> paths.add(item.path("path").asText()));
            assertThat(paths)
                    .containsExactly(
                            mounted.certificate().toString(),
                            mounted.key().toString(),
                            mounted.authority().toString());
        }
    }

    @Test
    @DisplayName("gives a node more time to stop than all phases of that may take together")
    void theGraceIsLongEnough() {
        Config config =
                SystemConfig.of("a", Start.bootstrap(), ConfigFactory.empty()).getConfig("pekko.coordinated-shutdown");
        Duration all = Duration.ZERO;
        for (String phase : config.getConfig("phases").root().keySet()) {
            String timeout = "phases." + phase + ".timeout";
            all = all.plus(config.getDuration(config.hasPath(timeout) ? timeout : "default-phase-timeout"));
        }
        assertThat(grace()).isGreaterThan(all);
    }

    @Test
    @DisplayName("starts three nodes that are one cluster, answer their probes, and leave in order on SIGTERM")
    void isACluster() throws Exception {
        prepare();
        PODS.forEach(this::start);
        Await.until("all are ready", START_MAX, () -> PODS.stream().allMatch(this::probed));
        Await.until(
                "all are linked",
                START_MAX,
                () -> PODS.stream().allMatch(pod -> linked(pod).size() == 2));
        String cluster = cluster("capstan-0");
        assertThat(cluster).isNotEmpty();
        PODS.forEach(pod -> assertThat(cluster(pod)).isEqualTo(cluster));

        terminate("capstan-0");
        Await.until(
                "the others are told",
                () -> said("capstan-1")
                        .lines()
                        .anyMatch(line -> line.matches(".*link to capstan-0#\\d+ is gone: STOPPED")));
    }

    private void prepare() throws Exception {
        Authority authority = Authority.init(new CertificateFolder(folder.resolve("tls")));
        for (String pod : PODS) {
            authority.sign(pod, List.of(Ports.HOST), Duration.ofDays(1));
            links.put(pod, Ports.free());
            doors.put(pod, Ports.free());
            Files.createDirectories(folder.resolve("var-" + pod));
        }
        Files.createDirectories(folder.resolve("secrets"));
        Files.createDirectories(folder.resolve("tokens"));
        token = Tokens.add(folder.resolve("secrets/tokens"), Role.READ);
        Process first = new ProcessBuilder(
                        manifest.first().stream().map(word -> here(word, "")).toList())
                .inheritIO()
                .start();
        assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
    }

    private void start(String pod) {
        List<String> command = new ArrayList<>();
        for (String word : manifest.entrypoint()) {
            if (word.equals("java")) {
                command.add(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
                // For three that share a small machine.
                command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            } else if (word.equals("-cp")) {
                command.addAll(SharedClasses.flags(System.getProperty("java.class.path")));
            } else if (!word.startsWith("/opt/")) {
                command.add(word);
            }
        }
        manifest.arguments(pod).forEach(word -> command.add(here(word, pod)));
        command.addAll(List.of("--port=" + links.get(pod), "--http=" + doors.get(pod)));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(pod + ".out").toFile()));
        process.environment().clear();
        process.environment().put("POD_NAME", pod);
        try {
            running.put(pod, process.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process process(String pod) {
        return Objects.requireNonNull(running.get(pod));
    }

    /** A word of the manifest with this machine's hosts, ports and folders. */
    private String here(String word, String pod) {
        String said = word;
        for (String each : PODS) {
            said = said.replace(each + ".capstan:" + manifest.port("links"), Ports.HOST + ":" + links.get(each))
                    .replace(each + ".capstan", Ports.HOST);
        }
        return said.replace("/var/lib/capstan", folder.resolve("var-" + pod).toString())
                .replaceFirst("(^|=)/(tls|tokens|secrets)/", "$1" + folder + "/$2/");
    }

    /** Whether every probe of that pod succeeds, asked as the kubelet does: without a token. */
    private boolean probed(String pod) {
        assertThat(process(pod).isAlive()).as(() -> said(pod)).isTrue();
        return manifest.probes().stream().allMatch(probe -> {
            assertThat(probe.port()).isEqualTo("door");
            return asked(pod, probe.scheme(), "").get(probe.path()).status() == 200;
        });
    }

    private JsonNode status(String pod) {
        return asked(pod, "HTTPS", token).get("/status").required();
    }

    private String cluster(String pod) {
        return status(pod).path("cluster").asText();
    }

    private List<String> linked(String pod) {
        return Manifest.texts(status(pod).path("linked"));
    }

    private NodeClient asked(String pod, String scheme, String shown) {
        String authority = folder.resolve("tls/authority.pem").toString();
        return new NodeClient(
                pod,
                scheme.toLowerCase(Locale.ROOT) + "://" + Ports.HOST + ":" + doors.get(pod),
                DoorKey.of(Map.of("CAPSTAN_AUTHORITY", authority, "CAPSTAN_TOKEN", shown)));
    }

    /** As the kubelet does: SIGTERM, and then the time that the manifest gives. */
    private void terminate(String pod) throws Exception {
        Process process = process(pod);
        process.destroy();
        assertThat(process.waitFor(grace().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(process.exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
    }

    private Duration grace() {
        return Duration.ofSeconds(
                manifest.pod().path("terminationGracePeriodSeconds").asInt());
    }

    private String said(String pod) {
        try {
            return Files.readString(folder.resolve(pod + ".out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
