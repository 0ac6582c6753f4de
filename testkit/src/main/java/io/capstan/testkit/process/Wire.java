package io.capstan.testkit.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One end of {@link Namespaces}: its namespace, its wire to the hub, and what is lost on the way in. */
final class Wire {
    private static final String TABLES = """
        table ip capstan { chain in { type filter hook input priority 0; }; chain out { type nat hook output priority -100; }; }
        flush chain ip capstan in
        """;
    private static final int BURST_MIN = 4_096;

    private final String hub;
    private final String space;
    private final int number;
    // By the sender's number, of a hundred packets.
    private final Map<Integer, Integer> lost = new TreeMap<>();

    /**
     * Not laid yet.
     *
     * @param hub its namespace
     */
    Wire(String hub, String name, int number) {
        this.hub = hub;
        this.number = number;
        space = hub + "-" + name;
    }

    String space() {
        return space;
    }

    int number() {
        return number;
    }

    /** The wire's other end, at the hub. */
    String end() {
        return "end" + number;
    }

    String address() {
        return Namespaces.NET + number;
    }

    /** Where a relay before it is found, at the hub. */
    private String relayAddress() {
        return Namespaces.RELAY_NET + number;
    }

    void lay() throws IOException {
        Namespaces.ip("netns add " + space);
        Namespaces.ip("-n " + hub + " link add name " + end() + " type veth peer name wire netns " + space);
        Namespaces.ip("-n " + space + " address add " + address() + "/" + Namespaces.PREFIX + " dev wire");
        Namespaces.ip("-n " + space + " link set lo up");
        Namespaces.ip("-n " + space + " link set wire up");
        Namespaces.ip("-n " + hub + " link set dev " + end() + " up master bridge");
        Namespaces.ip("-n " + hub + " address add " + relayAddress() + "/" + Namespaces.PREFIX + " dev bridge");
    }

    /** So many of a hundred packets from there. Dropped on arrival: a sender that drops its own would be told. */
    synchronized void lose(Wire from, int percent) throws IOException {
        if (percent == 0) {
            lost.remove(from.number);
        } else {
            lost.put(from.number, percent);
        }
        // One transaction each, whatever stood before.
        StringBuilder here = new StringBuilder(TABLES);
        StringBuilder before = new StringBuilder("add table ip capstan\nadd chain ip capstan to" + number
                + " { type filter hook input priority 0; }\nflush chain ip capstan to" + number + "\n");
        lost.forEach((sender, share) -> {
            here.append(drop("in", "ip saddr " + Namespaces.NET + sender, share));
            // What comes by a relay has lost its share before it.
            here.append(share < 100 ? "" : drop("in", "ip saddr " + Namespaces.RELAY_NET + sender, share));
            before.append(
                    drop("to" + number, "ip saddr " + Namespaces.NET + sender + " ip daddr " + relayAddress(), share));
        });
        nft(space, here.toString());
        nft(hub, before.toString());
    }

    private static String drop(String chain, String which, int percent) {
        String chance = percent == 100 ? "" : " numgen random mod 100 < " + percent;
        return "add rule ip capstan " + chain + " " + which + chance + " drop\n";
    }

    void leadAway(Wire to, int port) throws IOException {
        nft(
                space,
                TABLES.lines().findFirst().orElseThrow() + "\nadd rule ip capstan out ip daddr " + to.address()
                        + " tcp dport " + port + " dnat to " + to.relayAddress() + "\n");
    }

    void slow(int kilobits) throws IOException {
        for (List<String> each : List.of(List.of(space, "wire"), List.of(hub, end()))) {
            String tc = "tc qdisc " + (kilobits == 0 ? "del" : "replace") + " dev " + each.get(1) + " root";
            if (kilobits > 0) {
                // As much as comes between two ticks of a slow timer, or it would not get that far.
                int burst = Math.max(BURST_MIN, kilobits * 1_000 / 8 / 100);
                tc += " tbf rate " + kilobits + "kbit burst " + burst + " latency 400ms";
            } else if (!Command.run(
                            Namespaces.within(each.get(0), List.of("tc", "qdisc", "show", "dev", each.get(1))), "")
                    .contains("tbf")) {
                continue;
            }
            Command.run(Namespaces.within(each.get(0), List.of(tc.split(" ", -1))), "");
        }
    }

    private static void nft(String space, String rules) throws IOException {
        Command.run(Namespaces.within(space, List.of("nft", "-f", "-")), rules);
    }
}
