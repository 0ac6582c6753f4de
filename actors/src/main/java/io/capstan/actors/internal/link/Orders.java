package io.capstan.actors.internal.link;

import io.capstan.actors.ForgetFailure;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node is told to do about others: link to one, stay apart from one, forget one. Confined to the mesh's thread.
 */
final class Orders {
    private static final Logger log = LoggerFactory.getLogger(Orders.class);

    private final Switchboard.Place place;
    private final Connects connects;
    private final Apart apart;
    private final Contacts contacts;
    private final Doorkeeper.Connections connections;
    private final Router router;

    Orders(
            Switchboard.Place place,
            Connects connects,
            Apart apart,
            Contacts contacts,
            Doorkeeper.Connections connections,
            Router router) {
        this.place = place;
        this.connects = connects;
        this.apart = apart;
        this.contacts = contacts;
        this.connections = connections;
        this.router = router;
    }

    /** Links to whoever is at {@code address}, as {@link LinkMesh#connect} says. */
    void connect(LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
        if (address.equals(place.address())) {
            told.completeExceptionally(Connects.failure(
                    address, new Control.Refuse(RefuseCode.SELF, "this is node " + place.self() + " itself")));
            return;
        }
        for (Connection link : connections.links().all()) {
            if (address.equals(link.peer().address())
                    || address.equals(link.greeting().called())) {
                told.complete(link.peer().id());
                return;
            }
        }
        Dialer dialer = connections.dialer();
        // Of one whose address this is not known to be, it is taken back by whoever answers.
        apart.removeIf(name -> dialer.addressesOf(name).contains(address));
        connects.add(address, within, told);
        dialer.callNow(address);
    }

    /** Ends the link to a node, as {@link LinkMesh#disconnect} says. */
    void disconnect(String name) {
        Connection link = connections.links().get(name);
        if (contacts.get(name) == null && link == null) {
            return;
        }
        apart.add(name);
        String why = "this node was told to keep apart from " + name;
        connections.dialer().addressesOf(name).forEach(address -> connects.giveUp(address, why));
        for (Connection call : connections.greetings().callsTo(name)) {
            connects.giveUp(Objects.requireNonNull(call.greeting().called()), why);
            call.close(NodeEvent.Reason.DISCONNECTED);
        }
        if (link != null) {
            var last = new Control.Refuse(
                    RefuseCode.DISCONNECTED, "node " + place.self().name() + " was told to");
            link.flush();
            link.closeAfter(last, NodeEvent.Reason.DISCONNECTED);
        }
    }

    /** Forgets the node of this name, as {@link LinkMesh#forget} says. */
    void forget(String name, CompletableFuture<Boolean> told) {
        Contact contact = contacts.get(name);
        if (router.routes().visible().stream().anyMatch(peer -> peer.name().equals(name))) {
            told.completeExceptionally(new ForgetFailure(
                    "node " + name + " is there, linked or seen by others, and not to be forgotten: stop it first"));
        } else if (contact == null) {
            told.complete(false);
        } else {
            log.info("{} is forgotten", contact.id());
            apart.remove(name); // Also that this node was to keep apart from it.
            contacts.forget(contact).whenComplete((done, failure) -> {
                if (failure == null) {
                    told.complete(true);
                } else {
                    told.completeExceptionally(failure);
                }
            });
        }
    }
}
