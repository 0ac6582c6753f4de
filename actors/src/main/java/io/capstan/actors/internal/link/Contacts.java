package io.capstan.actors.internal.link;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who there is, as far as this node has heard: remembered at home, called by the dialer, and told to whoever is linked.
 * Confined to the mesh's thread.
 */
final class Contacts {
    private static final Logger log = LoggerFactory.getLogger(Contacts.class);

    private final Switchboard.Place place;
    private final Home home;
    private final Links links;
    private final Dialer dialer;
    private final Map<String, Contact> known = new LinkedHashMap<>();

    Contacts(Switchboard.Place place, Home home, Links links, Dialer dialer) {
        this.place = place;
        this.home = home;
        this.links = links;
        this.dialer = dialer;
    }

    @Nullable
    Contact get(String name) {
        return known.get(name);
    }

    Set<String> names() {
        return Set.copyOf(known.keySet());
    }

    /** Others say where a node is. They may not know yet that an operator had it forgotten. */
    void heard(Contact contact) {
        if (!home.forgot(contact.id())) {
            learn(contact);
        }
    }

    /** Takes in where a node is, and passes on what was news. */
    void learn(Contact contact) {
        String name = contact.id().name();
        Contact before = known.get(name);
        boolean news =
                before == null || contact.id().incarnation() > before.id().incarnation();
        if (name.equals(place.self().name()) || !news) {
            return;
        }
        if (before == null && known.size() >= place.settings().peersMax()) {
            log.warn(
                    "node {} is not remembered: more than {}.peers-max ({}) are known",
                    name,
                    LinkSettings.PATH,
                    place.settings().peersMax());
            return;
        }
        known.put(name, contact);
        dialer.know(contact);
        home.learned(contact);
        for (Connection link : links.all()) {
            send(link, List.of(contact));
        }
    }

    /** Tells one peer of all. */
    void tell(Connection link) {
        send(link, List.copyOf(known.values()));
    }

    private static void send(Connection link, List<Contact> contacts) {
        for (int from = 0; from < contacts.size(); from += ControlCodec.CONTACTS_MAX) {
            int to = Math.min(contacts.size(), from + ControlCodec.CONTACTS_MAX);
            link.queue(new Control.Peers(contacts.subList(from, to)));
        }
        link.flush();
    }

    /** Forgets a node; done when that is durable. */
    CompletionStage<Void> forget(Contact contact) {
        known.remove(contact.id().name());
        dialer.forget(contact.id().name());
        return home.forget(contact.id());
    }
}
