package io.capstan.bench.actors;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        ip("netns add " + hub);
        try {
            ip("-n " + hub + " link set lo up");
            ip("-n " + hub + " link add bridge type bridge");
            ip("-n " + hub + " link set bridge up");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Whether this machine lets us: in a container root often may not. */
    static boolean possible() {
        try (Wires tried = new Wires()) {
            tried.add("try");
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** One more end, with a wire; returns its address. */
    String add(String name) throws IOException {
        String space = space(name);
        ip("netns add " + space);
        ends.add(name);
        String address = "10.77.0." + ends.size();
        ip("-n " + hub + " link add name " + end(name) + " type veth peer name wire netns " + space);
        ip("-n " + space + " address add " + address + "/24 dev wire");
        ip("-n " + space + " link set lo up");
        ip("-n " + space + " link set wire up");
        ip("-n " + hub + " link set dev " + end(name) + " up master bridge");
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
        ip("-n " + hub + " link set dev " + end(name) + " nomaster");
    }

    void mend(String name) throws IOException {
        ip("-n " + hub + " link set dev " + end(name) + " master bridge");
    }

    /** What has gone over the hub's loopback so far: packets, bytes with their headers. */
    long[] loopback() throws IOException {
        String line = ip("netns exec " + hub + " cat /proc/net/dev")
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

    private static String ip(String arguments) throws IOException {
        List<String> command = List.of(("ip " + arguments).split(" ", -1));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("ip " + arguments + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return said;
    }

    /** Whatever fails, the others end too. */
    private static @Nullable IOException close(String arguments, @Nullable IOException before) {
        try {
            ip(arguments);
            return before;
        } catch (IOException e) {
            return before == null ? e : before;
        }
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (String name : ends) {
            failed = close("netns del " + space(name), failed);
        }
        failed = close("netns del " + hub, failed);
        if (failed != null) {
            throw failed;
        }
    }
}
