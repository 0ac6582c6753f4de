package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;

import com.fasterxml.jackson.core.type.TypeReference;
import io.capstan.actors.Node;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.demo.Json;
import io.capstan.demo.http.Answers;
import io.capstan.testkit.ArteryCut;
import io.capstan.testkit.NetworkFaults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/**
 * {@code /lab/cuts}: which of this node's ends of links are cut, Capstan's and Pekko's alike. A {@code POST} says all of them at
 * once, so that it may be said again. Whoever wants a link cut tells both its ends.
 */
final class LabRoutes {
    /**
     * What is cut.
     *
     * @param out names of the nodes that nothing of ours reaches
     * @param in names of the nodes of whom nothing reaches us
     */
    record Cuts(Set<String> out, Set<String> in) {
        static final Cuts NONE = new Cuts(Set.of(), Set.of());

        Cuts {
            out = new TreeSet<>(out);
            in = new TreeSet<>(in);
        }
    }

    /**
     * What is to be cut.
     *
     * @param artery where the Pekko systems of other nodes are, by name: of those whom this node has not met
     */
    record Wanted(Set<String> out, Set<String> in, Map<String, String> artery) {
        Wanted {
            out = Set.copyOf(out);
            in = Set.copyOf(in);
            artery = Map.copyOf(artery);
            artery.values().forEach(AddressFromURIString::parse);
        }
    }

    private final Node node;
    private final ArteryCut artery;
    private final Map<String, Set<Address>> outgoing = new HashMap<>();
    private final Map<String, Set<Address>> incoming = new HashMap<>();

    LabRoutes(Node node) {
        this.node = node;
        this.artery = new ArteryCut(node.system());
    }

    Route routes() {
        return pathPrefix(
                "lab",
                () -> path(
                        "cuts",
                        () -> concat(
                                get(() -> complete(Answers.ok(cuts()))),
                                post(() -> entity(
                                        Unmarshaller.entityToString(),
                                        text -> complete(Answers.ok(cut(wanted(text)))))))));
    }

    /** Where this node's own Pekko system is. */
    static String artery(Node node) {
        return Cluster.get(node.system()).selfMember().address().toString();
    }

    synchronized Cuts cuts() {
        return new Cuts(outgoing.keySet(), incoming.keySet());
    }

    private static Wanted wanted(String text) {
        return Json.read(
                text,
                new TypeReference<>() {},
                "the body is {\"out\": [names], \"in\": [names], \"artery\": {name: address}}");
    }

    private synchronized Cuts cut(Wanted wanted) {
        align(outgoing, wanted.out(), wanted, LinkFaults.Direction.OUTBOUND, NetworkFaults.Direction.OUTBOUND);
        align(incoming, wanted.in(), wanted, LinkFaults.Direction.INBOUND, NetworkFaults.Direction.INBOUND);
        return cuts();
    }

    /** A peer that is started again has another address in Pekko: the old one stays cut until all of it is healed. */
    private void align(
            Map<String, Set<Address>> now,
            Set<String> names,
            Wanted wanted,
            LinkFaults.Direction links,
            NetworkFaults.Direction pekko) {
        LinkFaults faults = node.internals().faults();
        for (String name : names) {
            faults.cut(name, links);
            Set<Address> addresses = now.computeIfAbsent(name, fresh -> new HashSet<>());
            Stream.of(
                            node.internals().artery(name),
                            Optional.ofNullable(wanted.artery().get(name)))
                    .flatMap(Optional::stream)
                    .map(AddressFromURIString::parse)
                    .forEach(addresses::add);
            addresses.forEach(address -> artery.cut(address, pekko));
        }
        for (String name : Set.copyOf(now.keySet())) {
            if (!names.contains(name)) {
                faults.heal(name, links);
                now.getOrDefault(name, Set.of()).forEach(address -> artery.heal(address, pekko));
                now.remove(name);
            }
        }
    }
}
