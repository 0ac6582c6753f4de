package io.capstan.demo.cli;

import io.capstan.actors.NodeId;
import io.capstan.demo.UserError;
import io.capstan.demo.certs.Authority;
import io.capstan.demo.certs.CertificateFolder;
import io.capstan.demo.http.Role;
import io.capstan.demo.http.Tokens;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An authority of one's own, and the certificates of its nodes. */
@Command(
        name = "certs",
        description = "Make certificates for TLS between nodes.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A cluster of two with TLS:",
            "  capstan certs init certs",
            "  capstan certs node a certs",
            "  capstan certs node b certs",
            "  capstan node --name a --tls certs/a --bootstrap",
            "  capstan node --name b --tls certs/b --port 2552 --http 8552 --join 127.0.0.1:2551",
            "Each machine needs its node's folder, and nothing else; who has authority.key can make a node of any name."
        })
final class CertsCommand extends CommandGroup {
    @Command(
            name = "init",
            description = {
                "Makes an authority: DIR/authority.pem, which every node trusts, and DIR/authority.key, which signs. Keep that",
                "away from the nodes. Good for ten years."
            },
            mixinStandardHelpOptions = true)
    int init(@Parameters(paramLabel = "DIR", description = "Where; it is made, for its owner alone.") Path directory) {
        var folder = new CertificateFolder(directory);
        Authority authority = Authority.init(folder);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "authority %s, good until %s; its key is %s%n",
                folder.authority(), authority.end(), folder.authorityKey());
        out.printf("next, for each node: capstan certs node NAME %s --host HOST%n", directory);
        return Capstan.OK;
    }

    @Command(
            name = "node",
            description = {
                "Makes the folder DIR/NAME of a node: its certificate and key, and the authority's certificate. Said again, it",
                "renews them: a node that runs takes up what changes in its folder within seconds."
            },
            mixinStandardHelpOptions = true)
    int node(
            @Parameters(paramLabel = "NAME", description = "The node's name: the certificate is good for no other.")
                    String name,
            @Parameters(paramLabel = "DIR", description = "The authority's folder.") Path directory,
            @Option(
                            names = "--host",
                            split = ",",
                            paramLabel = "HOST",
                            description = "A name or address others call it by (127.0.0.1 and localhost).")
                    List<String> hosts,
            @Option(names = "--days", defaultValue = "365", description = "How long it is good for (${DEFAULT-VALUE}).")
                    int days) {
        if (days < 1) {
            throw new UserError("--days is at least 1, got " + days);
        }
        try {
            NodeId.requireName(name);
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()));
        }
        List<String> called = hosts == null || hosts.isEmpty() ? List.of("127.0.0.1", "localhost") : hosts;
        CertificateFolder made =
                Authority.open(new CertificateFolder(directory)).sign(name, called, Duration.ofDays(days));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("node %s, called %s: %s, good for %d days%n", name, String.join(", ", called), made.path(), days);
        out.printf("run it with it: capstan node --name %s --tls %s ...%n", name, made.path());
        out.printf("or in a program's application.conf:%n");
        settings(made).forEach(line -> out.printf("  %s%n", line));
        return Capstan.OK;
    }

    @Command(
            name = "token",
            description = {
                "Makes a token for the HTTP doors of nodes (capstan node --tokens FILE), adds it to FILE and prints it. Roles: READ",
                "looks; OPERATE uses names, groups, counters, keys and locks; ADMIN does all. A node reads FILE when it starts."
            },
            mixinStandardHelpOptions = true)
    int token(
            @Parameters(paramLabel = "ROLE", description = "${COMPLETION-CANDIDATES}.") Role role,
            @Parameters(paramLabel = "FILE", description = "Where; it is made, for its owner alone.") Path file) {
        spec.commandLine().getOut().println(Tokens.add(file, role));
        return Capstan.OK;
    }

    private static List<String> settings(CertificateFolder made) {
        List<String> lines = new ArrayList<>();
        lines.add("capstan.actors.tls {");
        lines.add("  enabled = on");
        lines.add("  certificate = \"" + made.certificate() + "\"");
        lines.add("  key = \"" + made.key() + "\"");
        lines.add("  authority = \"" + made.authority() + "\"");
        lines.add("}");
        return lines;
    }
}
