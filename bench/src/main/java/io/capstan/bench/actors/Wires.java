package io.capstan.bench.actors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of this machine's own, that ends with us: a network namespace for each process, each with one wire to a bridge
 * in one more. A wire that is cut carries nothing, and says nothing: packets are neither answered nor refused, as when a
 * cable is pulled behind a switch. Needs Linux, {@code ip} and root.
 */
final class Wires implements AutoCloseable {
    private final String hub;
    private final List<String> ends = new ArrayList<>();

    Wires() throws IOException {
        hub = "capstan-" + ProcessHandle.current().pid();
        run("ip", "netns", "add", hub);
        run("ip", "-n", hub, "link", "set", "lo", "up");
        run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge");
        run("ip", "-n", hub, "link", "set", "bridge", "up");
    }

    static boolean possible() {
        return Files.isExecutable(Path.of("/usr/sbin/ip"))
                && System.getProperty("user.name").equals("root");
    }

    /** One more end, with a wire; returns its address. */
    String add(String name) throws IOException {
        ends.add(name);
        String address = "10.77.0." + ends.size();
        run("ip", "netns", "add", space(name));
        run(
                "ip",
                "-n",
                hub,
                "link",
                "add",
                "name",
                end(name),
                "type",
                "veth",
                "peer",
                "name",
                "wire",
                "netns",
                space(name));
        run("ip", "-n", space(name), "address", "add", address + "/24", "dev", "wire");
        run("ip", "-n", space(name), "link", "set", "lo", "up");
        run("ip", "-n", space(name), "link", "set", "wire", "up");
        run("ip", "-n", hub, "link", "set", "dev", end(name), "up", "master", "bridge");
        return address;
    }

    /** The command, run at the end of this name; at the hub, which has a loopback of its own, if it is empty. */
    List<String> at(String name, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name.isEmpty() ? hub : space(name)));
        all.addAll(command);
        return all;
    }

    /** Cuts the wire of this end. */
    void cut(String name) throws IOException {
        run("ip", "-n", hub, "link", "set", "dev", end(name), "nomaster");
    }

    void mend(String name) throws IOException {
        run("ip", "-n", hub, "link", "set", "dev", end(name), "master", "bridge");
    }

    /** What has gone over the hub's loopback so far: packets, bytes with their headers. */
    long[] loopback() throws IOException {
        String line = run(at("", List.of("cat", "/proc/net/dev")).toArray(String[]::new))
                .lines()
                .filter(each -> each.strip().startsWith("lo:"))
                .findFirst()
                .orElseThrow();
        String[] words = line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1);
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[0])};
    }

    /** The bridge's end of a wire. */
    private static String end(String name) {
        return "end-" + name;
    }

    private String space(String name) {
        return hub + "-" + name;
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return said;
    }

    @Override
    public void close() throws IOException {
        for (String name : ends) {
            run("ip", "netns", "del", space(name));
        }
        run("ip", "netns", "del", hub);
    }
}
