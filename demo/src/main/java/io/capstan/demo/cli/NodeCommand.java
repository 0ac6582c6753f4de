package io.capstan.demo.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.Start;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.certs.CertificateFolder;
import io.capstan.demo.node.DemoNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** One node in this process, with an HTTP door. */
@Command(
        name = "node",
        description = "Run one node in this process until Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A new cluster of two:",
            "  capstan node --name a --port 2551 --http 8551 --bootstrap",
            "  capstan node --name b --port 2552 --http 8552 --join 127.0.0.1:2551",
            "A node that was once a member returns to its cluster by itself; --bootstrap and --join then change nothing."
        })
final class NodeCommand implements Callable<Integer> {
    /** How quickly a node notices that another is gone. */
    enum Preset {
        /** Processes on one machine: about a second. */
        LOCAL,
        /** Machines in one network: seconds. */
        LAN,
        /** Far apart: a quarter of a minute. */
        WAN
    }

    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("capstan.actors.name", "--name"),
            Map.entry("capstan.actors.link.hostname, bind-hostname and port", "--host and --port"),
            Map.entry("capstan.actors.link.hostname, bind-hostname and capstan.actors.artery-port", "--host"),
            Map.entry("links (capstan.actors.link.hostname, bind-hostname)", "links (--host)"),
            Map.entry("capstan.actors.link.port", "--port"),
            Map.entry("capstan.actors.directory", "--directory"),
            Map.entry("capstan.actors.bootstrap", "--bootstrap"),
            Map.entry("capstan.actors.join", "--join"),
            Map.entry("capstan.raft.voters", "--voters"),
            Map.entry("capstan.actors.tls (", "--tls ("),
            Map.entry("capstan.actors.tls.authority: ", "--tls: "),
            Map.entry("capstan.actors.tls.certificate: ", "--tls: "),
            Map.entry("capstan.actors.tls.key: ", "--tls: "),
            Map.entry("capstan.actors.allow-plain-transport = on", "--allow-plain-transport"),
            Map.entry("capstan.demo.door.tokens", "--tokens"),
            Map.entry("capstan.demo.door.hostname", "--http-host"));

    @Option(names = "--name", required = true, description = "Unique in the cluster, the same at every start.")
    private String name = "";

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "What others call this node by, and where its links listen (${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Where its links listen, if that is not --host.")
    private @Nullable String bind;

    @Option(names = "--port", defaultValue = "2551", description = "Port of the links (${DEFAULT-VALUE}); 0: any free.")
    private int port;

    @Option(names = "--http", defaultValue = "8551", description = "Port of the HTTP door (${DEFAULT-VALUE}); 0: any.")
    private int http;

    @Option(
            names = "--http-host",
            description = "Address of the HTTP door (127.0.0.1). Another needs --tokens, and --tls for HTTPS.")
    private @Nullable String httpHost;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "Who may ask what at the HTTP door: capstan certs token makes it.")
    private @Nullable Path tokens;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description = "TLS with the certificate of this folder: capstan certs node makes it.")
    private @Nullable Path tls;

    @Option(
            names = "--allow-plain-transport",
            description =
                    "Listen without TLS where other machines reach it: for a network nobody else reads or writes.")
    private boolean allowPlain;

    @Option(names = "--directory", description = "Where the node keeps its data (capstan-data/NAME).")
    private @Nullable Path directory;

    @Option(
            names = "--bootstrap",
            description =
                    "Form a new cluster: for exactly one node, once. With --join, the same on all nodes and at every start: the first "
                            + "there forms it, once all others there have said that they have none.")
    private boolean bootstrap;

    @Option(names = "--join", split = ",", description = "Join the cluster of these nodes, host:port of their links.")
    private List<String> join = new ArrayList<>();

    @Option(
            names = "--voters",
            split = ",",
            description =
                    "Names of the nodes that vote on locks and keys: 3 or 5, the same on all nodes; one, to try a node alone.")
    private List<String> voters = new ArrayList<>();

    @Option(names = "--preset", defaultValue = "LAN", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Preset preset = Preset.LAN;

    @Option(names = "--lab", description = "Allow links to be cut over HTTP.")
    private boolean lab;

    @Option(names = "--tied", hidden = true, description = "End when standard input does.")
    private boolean tied;

    @CommandLine.Spec
    private CommandSpec spec;

    NodeCommand() {
        spec = CommandSpec.create();
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        if (tied) {
            endWithInput(end);
        }
        DemoNode node = start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "capstan-node-stop"));
        report(node);
        end.await();
        node.stop();
        return Capstan.OK;
    }

    /** A refusal speaks of settings; whoever typed options is told of those. */
    private DemoNode start() {
        try {
            return DemoNode.start(settings());
        } catch (Failure refused) {
            throw new UserError(inOptions(String.valueOf(refused.getMessage())));
        }
    }

    static String inOptions(String refusal) {
        String told = refusal;
        for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
            told = told.replace(option.getKey(), option.getValue());
        }
        return told;
    }

    /** In one line, as a refusal would be: an exception in a hook is a stack trace to whoever pressed Ctrl-C. */
    private void stop(DemoNode node) {
        try {
            node.stop();
        } catch (UserError late) {
            spec.commandLine().getErr().println("capstan: " + late.getMessage());
        }
    }

    private DemoNode.Settings settings() {
        if (http < 0 || http > 65_535) {
            throw new UserError("--http is a port, 0 to 65535, got " + http);
        }
        // With neither, it returns to its cluster.
        Start start = new Start(bootstrap, join);
        Path data = directory == null ? Path.of("capstan-data", name) : directory;
        return new DemoNode.Settings(
                name,
                host,
                port,
                http,
                data,
                start,
                voters,
                preset.name().toLowerCase(java.util.Locale.ROOT),
                lab,
                more());
    }

    private Config more() {
        Map<String, Object> said = new HashMap<>();
        if (tls != null) {
            var folder = new CertificateFolder(tls);
            said.put("capstan.actors.tls.enabled", true);
            said.put("capstan.actors.tls.certificate", folder.certificate().toString());
            said.put("capstan.actors.tls.key", folder.key().toString());
            said.put("capstan.actors.tls.authority", folder.authority().toString());
        }
        if (bind != null) {
            said.put("capstan.actors.link.bind-hostname", bind);
        }
        if (tokens != null) {
            said.put("capstan.demo.door.tokens", tokens.toString());
        }
        if (httpHost != null) {
            said.put("capstan.demo.door.hostname", httpHost);
        }
        if (allowPlain) {
            said.put("capstan.actors.allow-plain-transport", true);
        }
        return ConfigFactory.parseMap(said);
    }

    private void report(DemoNode node) {
        if (tied) {
            System.out.println(Json.line(node.ready()));
            return;
        }
        spec.commandLine()
                .getOut()
                .println("node " + node.ready().node() + " is up: links on "
                        + node.ready().link() + ", HTTP on " + node.ready().http()
                        + " (its page, in a browser; or GET /status). Ctrl-C stops it.");
    }

    /** The launcher holds the other end: when it ends, however it ends, so do we. */
    private static void endWithInput(CountDownLatch end) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nobody writes here; we wait for the end.
                        }
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    end.countDown();
                    // A launcher killed while we started, or a stop that hangs, must not leave us behind.
                    haltWithin();
                },
                "capstan-tied");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static void haltWithin() {
        try {
            java.util.concurrent.TimeUnit.SECONDS.sleep(8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Capstan.REFUSED);
    }
}
