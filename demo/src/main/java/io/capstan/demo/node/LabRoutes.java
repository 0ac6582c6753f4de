package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.parameter;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.testkit.ArteryCut;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code /lab}: cuts this node's end of links, Capstan's and Pekko's alike, and mends them. Whoever wants a link cut
 * tells both its ends.
 */
final class LabRoutes {
    record Cuts(String node, Set<String> cutFrom) {}

    private final Node node;
    private final ArteryCut artery;
    private final Set<String> cutFrom = new ConcurrentSkipListSet<>();

    LabRoutes(Node node) {
        this.node = node;
        this.artery = new ArteryCut(node.system());
    }

    Route routes() {
        return pathPrefix(
                "lab",
                () -> concat(
                        path("cut", () -> post(() -> parameter("peer", peers -> complete(Answers.ok(cut(peers)))))),
                        path("heal", () -> post(() -> complete(Answers.ok(heal()))))));
    }

    private Cuts cut(String peers) {
        List<String> names = List.of(peers.split(","));
        List<String> addresses = names.stream().map(this::artery).toList();
        for (int i = 0; i < names.size(); i++) {
            artery.cut(AddressFromURIString.parse(addresses.get(i)));
            node.internals().faults().cut(names.get(i), LinkFaults.Direction.BOTH);
            cutFrom.add(names.get(i));
        }
        return cuts();
    }

    private Cuts heal() {
        artery.healAll();
        node.internals().faults().healAll();
        cutFrom.clear();
        return cuts();
    }

    private Cuts cuts() {
        return new Cuts(node.id().name(), Set.copyOf(cutFrom));
    }

    private String artery(String name) {
        return node.internals()
                .artery(name)
                .orElseThrow(() -> new UserError("no node called \"" + name + "\" has ever been linked to this one"));
    }
}
