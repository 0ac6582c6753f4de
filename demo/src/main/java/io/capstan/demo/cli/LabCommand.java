package io.capstan.demo.cli;

import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.lab.Lab;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Live nodes and a page over them. */
@Command(
        name = "lab",
        description = {
            "Start 3 or 5 nodes as processes of their own, and a page on which they can be cut apart, killed, asked and healed, until",
            "Ctrl-C. The page is on loopback; it opens by itself where there is a desktop."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan lab                    three nodes, the page on http://127.0.0.1:8550",
            "  capstan lab --nodes 5 --port 0 five nodes, the page on any free port",
            "What the page does, a script can do too, with the token that is printed:",
            "  curl -H 'X-Capstan-Token: TOKEN' -d 'cut a,b|c' http://127.0.0.1:8550/api/faults"
        })
final class LabCommand implements Callable<Integer> {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    /** Where it is, for scripts. */
    private record Opened(String address, String token, List<NodeLine> nodes) {}

    private record NodeLine(String node, long pid, String link, String http) {}

    @Option(names = "--nodes", defaultValue = "3", paramLabel = "N", description = "3 or 5 (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--port",
            defaultValue = "8550",
            description = "Of the page, on loopback (${DEFAULT-VALUE}); 0: any free one.")
    private int port;

    @Option(names = "--no-open", description = "Do not open a browser.")
    private boolean noOpen;

    @Option(names = "--json", description = "One JSON object with the addresses and the token, once the page is there.")
    private boolean json;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (nodes != 3 && nodes != 5) {
            throw new UserError("--nodes is 3 or 5, got " + nodes);
        }
        requirePort(port);
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.println("Starting " + nodes + " nodes …");
            out.flush();
        }
        try (LocalCluster cluster = LocalCluster.start(NAMES.subList(0, nodes));
                Lab lab = Lab.over(cluster, port)) {
            introduce(out, lab, json);
            if (!noOpen && !json) {
                Desktop.open(lab.address());
            }
            new CountDownLatch(1).await();
        }
        return Capstan.OK;
    }

    /** Before any process is started. */
    static void requirePort(int port) {
        if (port < 0 || port > 65_535) {
            throw new UserError("--port is 0 to 65535, got " + port);
        }
        try (ServerSocket probe = new ServerSocket()) {
            // As the door will: what was in use a moment ago is not.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UserError("--port: the page cannot be on port " + port + " (" + e.getMessage()
                    + "): choose another, or 0 for any free one");
        }
    }

    /** Says what there is, and where. */
    static void introduce(PrintWriter out, Lab lab, boolean json) {
        List<NodeLine> lines =
                lab.cluster().members().stream().map(LabCommand::line).toList();
        if (json) {
            out.println(Json.line(new Opened(lab.address(), lab.token(), lines)));
            out.flush();
            return;
        }
        out.printf("%n  %-5s %-8s %-18s %s%n", "node", "pid", "links", "HTTP");
        for (NodeLine line : lines) {
            out.printf("  %-5s %-8d %-18s %s%n", line.node(), line.pid(), line.link(), line.http());
        }
        out.printf("%n  logs: %s%n%n", lab.cluster().directory());
        out.println("The lab is open: " + lab.address());
        out.println("  for scripts: curl -H 'X-Capstan-Token: " + lab.token() + "' -d 'cut a,b|c' " + lab.address()
                + "/api/faults");
        out.println("Ctrl-C ends it.");
        out.flush();
    }

    private static NodeLine line(Member member) {
        return new NodeLine(
                member.name(),
                member.process().pid(),
                member.ready().link(),
                member.ready().http());
    }
}
