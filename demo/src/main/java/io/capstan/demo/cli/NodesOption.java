package io.capstan.demo.cli;

import io.capstan.actors.internal.tls.PlainTransport;
import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Which nodes a command asks. */
final class NodesOption {
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--node",
            split = ",",
            paramLabel = "ADDRESS",
            description =
                    "Where a node serves HTTP, host:port or http://host:port; of several the first that answers. Else "
                            + "CAPSTAN_NODES of the environment, else 127.0.0.1:8551. Beyond this machine that is HTTPS: CAPSTAN_AUTHORITY "
                            + "names who signs its certificate, CAPSTAN_TOKEN_FILE (or CAPSTAN_TOKEN) has the token to show.")
    private List<String> nodes = List.of();

    /** As it was given, for another command; empty when it was not. */
    String text() {
        return String.join(",", nodes);
    }

    List<URI> addresses() {
        List<String> given = nodes.isEmpty()
                ? Arrays.asList(System.getenv()
                        .getOrDefault("CAPSTAN_NODES", "127.0.0.1:8551")
                        .split(",", -1))
                : nodes;
        return given.stream().map(NodesOption::address).toList();
    }

    /** All of them, whether they answer or not. */
    List<NodeClient> all() {
        return addresses().stream()
                .map(address -> new NodeClient(address.getAuthority(), address.toString()))
                .toList();
    }

    /** The first that answers. */
    NodeClient first() {
        UserError none = new UserError("no node to ask: name one with --node");
        for (NodeClient client : all()) {
            try {
                client.get("/status");
                return client;
            } catch (UserError silent) {
                none = silent;
            }
        }
        throw none;
    }

    /** As doors speak: in the clear within this machine only, so that nobody sends a token over a network by omission. */
    private static String scheme(String place) {
        int port = place.lastIndexOf(':');
        return port < 0 || PlainTransport.atHome(place.substring(0, port)) ? "http://" : "https://";
    }

    private static URI address(String text) {
        try {
            URI address = URI.create(text.contains("://") ? text : scheme(text) + text);
            if (address.getHost() != null && address.getPort() > 0 && address.getPort() <= PORT_MAX) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new UserError("--node is host:port of a node's HTTP door, a port 1 to 65535, got \"" + text + "\"");
    }
}
