package io.capstan.actors.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Contact;
import io.capstan.actors.internal.link.LinkAddress;
import io.capstan.actors.internal.store.Store;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node remembers of the others, so that it finds its cluster again whoever is still there.
 *
 * <pre>
 *   space node    peer/NAME         u8 version = 1, u64 incarnation, u8 length, host, u16 port, u16 length, Pekko address
 *                 forgotten/NAME    u8 version = 1, u64 incarnation: this run and those before it will not return
 * </pre>
 *
 * Read from any thread, changed on the mesh's.
 */
final class PeerBook {
    private static final Logger log = LoggerFactory.getLogger(PeerBook.class);
    private static final byte VERSION = 1;
    private static final String PREFIX = "peer/";
    private static final String FORGOTTEN = "forgotten/";

    /** As many as a node can remember; beyond it, whoever started longest ago may be heard of again. */
    private static final int FORGOTTEN_MAX = 512;

    private final Store store;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final Map<String, Long> forgotten = new ConcurrentHashMap<>();

    /** @param artery where its Pekko system was; empty while it was never greeted */
    record Peer(Contact contact, String artery) {}

    PeerBook(Store store) {
        this.store = store;
        store.scan(Identity.SPACE, key(""), after(key("")), (key, value) -> {
            String name = new String(key, PREFIX.length(), key.length - PREFIX.length(), StandardCharsets.UTF_8);
            Peer peer = read(name, value);
            if (peer != null) {
                peers.put(name, peer);
            }
            return true;
        });
        byte[] from = FORGOTTEN.getBytes(StandardCharsets.UTF_8);
        store.scan(Identity.SPACE, from, after(from), (key, value) -> {
            String name = new String(key, from.length, key.length - from.length, StandardCharsets.UTF_8);
            forgotten.put(
                    name, Identity.body(value, Long.BYTES, FORGOTTEN + name).getLong());
            return true;
        });
    }

    List<Contact> contacts() {
        return peers.values().stream().map(Peer::contact).toList();
    }

    Collection<String> names() {
        return peers.keySet();
    }

    /** Where the Pekko system of the node called {@code name} was, as far as it ever said. */
    Optional<String> artery(String name) {
        return Optional.ofNullable(peers.get(name)).map(Peer::artery).filter(artery -> !artery.isEmpty());
    }

    /** A node is said to be there; its Pekko address stays what it was until it says so itself. */
    void learned(Contact contact) {
        String name = contact.id().name();
        Peer known = peers.get(name);
        keep(new Peer(contact, known == null ? "" : known.artery()));
        if (forgotten.remove(name) != null) {
            Identity.writeSoon(store, new Store.Change.Delete(Identity.SPACE, forgottenKey(name)));
        }
    }

    /** Whether this run of a node, or a later one, was forgotten. */
    boolean forgot(NodeId id) {
        return forgotten.getOrDefault(id.name(), 0L) >= id.incarnation();
    }

    /** Forgets a node, this run and those before it; done when that is durable. */
    CompletionStage<Void> forget(NodeId id) {
        List<Store.Change> changes = new ArrayList<>();
        peers.remove(id.name());
        changes.add(new Store.Change.Delete(Identity.SPACE, key(id.name())));
        forgotten.put(id.name(), id.incarnation());
        byte[] run = ByteBuffer.allocate(1 + Long.BYTES)
                .put(VERSION)
                .putLong(id.incarnation())
                .array();
        changes.add(new Store.Change.Put(Identity.SPACE, forgottenKey(id.name()), run));
        if (forgotten.size() > FORGOTTEN_MAX) {
            String oldest = Collections.min(forgotten.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            forgotten.remove(oldest);
            changes.add(new Store.Change.Delete(Identity.SPACE, forgottenKey(oldest)));
        }
        return Identity.write(store, changes);
    }

    /** A node has said where its Pekko system is. Returns where its predecessor's was, if that was another place. */
    @Nullable
    String greeted(NodeId id, String artery) {
        Peer known = peers.get(id.name());
        if (known == null || known.artery().equals(artery)) {
            return null;
        }
        keep(new Peer(known.contact(), artery));
        return known.artery().isEmpty() ? null : known.artery();
    }

    private void keep(Peer peer) {
        String name = peer.contact().id().name();
        peers.put(name, peer);
        Identity.writeSoon(store, new Store.Change.Put(Identity.SPACE, key(name), write(peer)));
    }

    private static byte[] write(Peer peer) {
        byte[] host = peer.contact().address().host().getBytes(StandardCharsets.UTF_8);
        byte[] artery = peer.artery().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + 8 + 1 + host.length + 2 + 2 + artery.length)
                .put(VERSION)
                .putLong(peer.contact().id().incarnation())
                .put((byte) host.length)
                .put(host)
                .putShort((short) peer.contact().address().port())
                .putShort((short) artery.length)
                .put(artery)
                .array();
    }

    /** A damaged record costs an address, not the start. One of a newer Capstan refuses the start, as all such do. */
    private static @Nullable Peer read(String name, byte[] value) {
        ByteBuffer in = Identity.body(value, 0, PREFIX + name);
        try {
            NodeId id = new NodeId(name, in.getLong());
            byte[] host = new byte[Byte.toUnsignedInt(in.get())];
            in.get(host);
            int port = Short.toUnsignedInt(in.getShort());
            byte[] artery = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(artery);
            var address = new LinkAddress(new String(host, StandardCharsets.UTF_8), port);
            return new Peer(new Contact(id, address), new String(artery, StandardCharsets.UTF_8));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            log.warn("what was remembered of node {} is damaged and forgotten: {}", name, e.getMessage());
            return null;
        }
    }

    private static byte[] key(String name) {
        return (PREFIX + name).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] forgottenKey(String name) {
        return (FORGOTTEN + name).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] after(byte[] prefix) {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }
}
