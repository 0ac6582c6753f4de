package io.capstan.testkit.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One end of a {@link Namespaces}: its namespace, its wire to the hub, and what is lost on the way in. */
final class Wire {
    private static final String TABLE = "table inet capstan { chain in { type filter hook input priority 0; }; }\n";

    private final String hub;
    private final String space;
    private final String end;
    private final String address;
    // By the sender's address, of a hundred packets.
    private final Map<String, Integer> lost = new TreeMap<>();

    /**
     * Not laid yet.
     *
     * @param hub its namespace
     * @param space the namespace of this end
     * @param end the name of the wire's other end, at the hub
     */
    Wire(String hub, String space, String end, String address) {
        this.hub = hub;
        this.space = space;
        this.end = end;
        this.address = address;
    }

    String space() {
        return space;
    }

    String end() {
        return end;
    }

    String address() {
        return address;
    }

    void lay() throws IOException {
        Namespaces.ip("netns add " + space);
        Namespaces.ip("-n " + hub + " link add name " + end + " type veth peer name wire netns " + space);
        Namespaces.ip("-n " + space + " address add " + address + "/24 dev wire");
        Namespaces.ip("-n " + space + " link set lo up");
        Namespaces.ip("-n " + space + " link set wire up");
        Namespaces.ip("-n " + hub + " link set dev " + end + " up master bridge");
    }

    /** So many of a hundred packets from there. Dropped on arrival: a sender that drops its own would be told. */
    synchronized void lose(String from, int percent) throws IOException {
        if (percent == 0) {
            lost.remove(from);
        } else {
            lost.put(from, percent);
        }
        // One transaction, whatever stood before.
        StringBuilder rules = new StringBuilder(TABLE).append("flush chain inet capstan in\n");
        lost.forEach((address, share) -> rules.append("add rule inet capstan in ip saddr ")
                .append(address)
                .append(share == 100 ? "" : " numgen random mod 100 < " + share)
                .append(" drop\n"));
        Command.run(List.of("ip", "netns", "exec", space, "nft", "-f", "-"), rules.toString());
    }
}
