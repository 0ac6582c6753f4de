package io.capstan.testkit.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of this machine's own, that ends with us: a network namespace for each name, each with one wire to a bridge in
 * one more, the hub. What is cut is lost in silence: packets are neither answered nor refused, as when a cable is pulled
 * behind a switch. Needs Linux, {@code ip}, {@code nft}, {@code nsenter} and root.
 *
 * <p>Namespaces outlive processes: those of an owner that was killed are removed by the next who makes some.
 */
public final class Namespaces implements AutoCloseable {
    /** A member's address is the net's, with its number; at the hub, a relay before it has this one. */
    static final String NET = "10.77.0.";

    static final String RELAY_NET = "10.77.1.";
    static final int PREFIX = 16;
    private static final int ENDS_MAX = 200;

    private final String hub = Owned.name();
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
        for (String needed : List.of("ip", "nft", "nsenter", "tc")) {
            if (!Command.exists(needed)) {
                return Optional.of("network namespaces: there is no " + needed
                        + " (packages iproute2, nftables and util-linux bring all that is needed)");
            }
        }
        try (Namespaces tried = new Namespaces()) {
            tried.add("one");
            tried.add("two");
            tried.lose("one", "two", 50);
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of("network namespaces: need root on Linux, or " + Command.AS_ROOT_OF_ITS_OWN + "; "
                    + refused.getMessage());
        }
    }

    /** One more end, with a wire; returns its address. */
    public synchronized String add(String name) throws IOException {
        if (wires.size() == ENDS_MAX) {
            throw new IOException("a network has at most " + ENDS_MAX + " ends");
        }
        Wire wire = new Wire(hub, name, wires.size() + 1);
        if (wires.putIfAbsent(name, wire) != null) {
            throw new IllegalArgumentException("there is an end \"" + name + "\" already");
        }
        wire.lay();
        return wire.address();
    }

    /** The command, run at the end of this name; at the hub, which has a loopback of its own, if it is empty. */
    public List<String> at(String name, List<String> command) {
        return within(name.isEmpty() ? hub : wire(name).space(), command);
    }

    /** Pulls the wire of this end out of the bridge. */
    public void pull(String name) throws IOException {
        ip("-n " + hub + " link set dev " + wire(name).end() + " nomaster");
    }

    /** Ends {@link #pull}. */
    public void plug(String name) throws IOException {
        ip("-n " + hub + " link set dev " + wire(name).end() + " master bridge");
    }

    /** From now on so many of a hundred packets that come to {@code to} from {@code from} are lost: 100 is a cut. */
    public void lose(String from, String to, int percent) throws IOException {
        wire(to).lose(wire(from), percent);
    }

    /** So many kilobits a second go over this wire in each direction; 0 is as fast as it goes. */
    public void slow(String name, int kilobits) throws IOException {
        wire(name).slow(kilobits);
    }

    /** Who connects from the one end to this port of the other is led to the hub's address of the other instead. */
    void relay(String from, String to, int port) throws IOException {
        wire(from).leadAway(wire(to), port);
    }

    /** The number of an end, which is the last of its address. */
    int number(String name) {
        return wire(name).number();
    }

    /** What has gone over the hub's loopback so far: packets, bytes with their headers. */
    public long[] loopback() throws IOException {
        String line = Command.run(within(hub, List.of("cat", "/proc/net/dev")), "")
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

    /** Not with {@code ip netns exec}: whoever runs there would keep a copy of every mount, and no disk could be taken away. */
    static List<String> within(String space, List<String> command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + space));
        all.addAll(command);
        return all;
    }

    private static void removeOrphans() throws IOException {
        for (String line : ip("netns list").lines().toList()) {
            String space = line.split(" ", 2)[0];
            if (Owned.isOrphan(space)) {
                try {
                    ip("netns del " + space);
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
        List<String> spaces =
                new ArrayList<>(wires.values().stream().map(Wire::space).toList());
        spaces.add(hub);
        wires.clear();
        IOException failed = null;
        for (String space : spaces) {
            try {
                ip("netns del " + space);
            } catch (IOException e) {
                // Whatever fails, the others end too.
                failed = failed == null ? e : failed;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
