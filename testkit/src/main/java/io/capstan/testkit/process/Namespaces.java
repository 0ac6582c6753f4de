package io.capstan.testkit.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of this machine's own, that ends with us: a network namespace for each name, each with one wire to a bridge in
 * one more, the hub. What is cut is lost in silence: packets are neither answered nor refused, as when a cable is pulled
 * behind a switch. Needs Linux, {@code ip} and root, and for what is less than a whole wire {@code nft}.
 *
 * <p>Namespaces outlive processes: those of an owner that was killed are removed by the next who makes some; their names tell
 * the owner's process id.
 */
public final class Namespaces implements AutoCloseable {
    private static final String MARK = "capstan-";
    private static final Pattern OWNED = Pattern.compile(MARK + "(\\d+)-\\S+");
    private static final String NET = "10.77.0.";
    private static final int ENDS_MAX = 200;
    private static final AtomicInteger made = new AtomicInteger();

    private final String hub = MARK + ProcessHandle.current().pid() + "-" + made.incrementAndGet();
    private final Map<String, Wire> wires = new LinkedHashMap<>();

    /** The hub, and whatever {@link #add} adds. */
    public Namespaces() throws IOException {
        removeOrphans();
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

    /** Why this machine does not let us make any, in one line; in a container root often may not. */
    public static Optional<String> missing() {
        if (!Command.exists("ip")) {
            return Optional.of("network namespaces: there is no ip (package iproute2)");
        }
        if (!Command.exists("nft")) {
            return Optional.of("network namespaces: there is no nft (package nftables)");
        }
        try (Namespaces tried = new Namespaces()) {
            tried.add("one");
            tried.wire("one").lose("10.77.0.99", 100);
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of("network namespaces: need root and Linux; " + refused.getMessage());
        }
    }

    /** One more end, with a wire; returns its address. */
    public synchronized String add(String name) throws IOException {
        if (wires.size() == ENDS_MAX) {
            throw new IOException("a network has at most " + ENDS_MAX + " ends");
        }
        int number = wires.size() + 1;
        Wire wire = new Wire(hub, hub + "-" + name, "end" + number, NET + number);
        if (wires.putIfAbsent(name, wire) != null) {
            throw new IllegalArgumentException("there is an end \"" + name + "\" already");
        }
        wire.lay();
        return wire.address();
    }

    /** The command, run at the end of this name; at the hub, which has a loopback of its own, if it is empty. */
    public List<String> at(String name, List<String> command) {
        List<String> all = new ArrayList<>(
                List.of("ip", "netns", "exec", name.isEmpty() ? hub : wire(name).space()));
        all.addAll(command);
        return all;
    }

    /** Pulls the wire of this end out of the bridge. */
    public void pull(String name) throws IOException {
        ip("-n " + hub + " link set dev " + wire(name).end() + " nomaster");
    }

    public void plug(String name) throws IOException {
        ip("-n " + hub + " link set dev " + wire(name).end() + " master bridge");
    }

    /** From now on so many of a hundred packets that come to {@code to} from {@code from} are lost: 100 is a cut. */
    public void lose(String from, String to, int percent) throws IOException {
        wire(to).lose(wire(from).address(), percent);
    }

    /** What has gone over the hub's loopback so far: packets, bytes with their headers. */
    public long[] loopback() throws IOException {
        String line = ip("netns exec " + hub + " cat /proc/net/dev")
                .lines()
                .filter(each -> each.strip().startsWith("lo:"))
                .findFirst()
                .orElseThrow();
        String[] words = line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1);
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[0])};
    }

    private synchronized Wire wire(String name) {
        Wire wire = wires.get(name);
        if (wire == null) {
            throw new IllegalArgumentException("there is no end \"" + name + "\", only " + wires.keySet());
        }
        return wire;
    }

    private static void removeOrphans() throws IOException {
        for (String line : ip("netns list").lines().toList()) {
            Matcher owned = OWNED.matcher(line.split(" ", 2)[0]);
            if (owned.matches()
                    && ProcessHandle.of(Long.parseLong(owned.group(1))).isEmpty()) {
                try {
                    ip("netns del " + owned.group());
                } catch (IOException anotherWasFaster) {
                    // It is gone, which is what counts; if it is not, whoever looks next tries again.
                }
            }
        }
    }

    static String ip(String arguments) throws IOException {
        return Command.run(("ip " + arguments).split(" ", -1));
    }

    @Override
    public synchronized void close() throws IOException {
        IOException failed = null;
        List<String> spaces =
                new ArrayList<>(wires.values().stream().map(Wire::space).toList());
        spaces.add(hub);
        for (String space : spaces) {
            try {
                ip("netns del " + space);
            } catch (IOException e) {
                // Whatever fails, the others end too.
                failed = failed == null ? e : failed;
            }
        }
        wires.clear();
        if (failed != null) {
            throw failed;
        }
    }
}
