package io.capstan.actors.internal;

import io.capstan.actors.internal.link.ClusterId;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node remembers of itself: which cluster it belongs to, and how often it was started.
 *
 * <pre>
 *   space node    incarnation    u8 version = 1, u64
 *                 cluster        u8 version = 1, 16 bytes
 * </pre>
 *
 * Thread-safe.
 */
final class Identity {
    /** The key space of identity and peers. */
    static final Store.Space SPACE = new Store.Space("node");

    private static final Logger log = LoggerFactory.getLogger(Identity.class);
    private static final byte VERSION = 1;
    private static final byte[] INCARNATION = "incarnation".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLUSTER = "cluster".getBytes(StandardCharsets.US_ASCII);

    private final Store store;
    private final long incarnation;
    private final boolean drawn;
    private volatile @Nullable ClusterId cluster;

    private Identity(Store store, long incarnation, @Nullable ClusterId cluster, boolean drawn) {
        this.store = store;
        this.incarnation = incarnation;
        this.cluster = cluster;
        this.drawn = drawn;
    }

    /**
     * Begins a new incarnation, durable when this returns: nobody ever hears of one that a crash could take back.
     *
     * @param wallClockMillis lifts the incarnation above those of a life whose directory was lost
     * @param bootstrap whether to draw a cluster id if there is none
     * @throws StoreFailure when it cannot be made durable
     */
    static Identity begin(Store store, long wallClockMillis, boolean bootstrap) {
        byte[] storedIncarnation = store.get(SPACE, INCARNATION);
        byte[] storedCluster = store.get(SPACE, CLUSTER);
        long before = storedIncarnation == null
                ? 0
                : body(storedIncarnation, Long.BYTES, "incarnation").getLong();
        long incarnation = Math.max(before + 1, wallClockMillis);
        ClusterId cluster = null;
        List<Store.Change> changes = new ArrayList<>();
        changes.add(new Store.Change.Put(
                SPACE,
                INCARNATION,
                ByteBuffer.allocate(1 + Long.BYTES)
                        .put(VERSION)
                        .putLong(incarnation)
                        .array()));
        if (storedCluster != null) {
            ByteBuffer body = body(storedCluster, 16, "cluster");
            cluster = new ClusterId(body.getLong(), body.getLong());
        } else if (bootstrap) {
            cluster = ClusterId.random();
            changes.add(put(cluster));
        }
        writeNow(store, changes);
        return new Identity(store, incarnation, cluster, storedCluster == null && bootstrap);
    }

    /**
     * The node did not come to listen, so nobody can have heard of a cluster that this start drew: it never was. Else
     * whoever bootstrapped on a port in use and then joined the cluster he meant would be a stranger there for ever.
     */
    void withdraw() {
        if (drawn) {
            writeNow(store, List.of(new Store.Change.Delete(SPACE, CLUSTER)));
            cluster = null;
        }
    }

    long incarnation() {
        return incarnation;
    }

    /** Null while the node belongs to none. */
    @Nullable
    ClusterId cluster() {
        return cluster;
    }

    /** Belongs to a cluster from now on. A crash before it is durable makes it a newcomer again, which harms nobody. */
    void adopt(ClusterId adopted) {
        cluster = adopted;
        writeSoon(store, put(adopted));
    }

    private static Store.Change put(ClusterId cluster) {
        return new Store.Change.Put(
                SPACE,
                CLUSTER,
                ByteBuffer.allocate(17).put(VERSION).put(cluster.toBytes()).array());
    }

    /** What stands behind the version byte, if that is ours and the length is right. */
    static ByteBuffer body(byte[] value, int lengthMin, String what) {
        if (value.length < 1 || value[0] != VERSION) {
            throw new StoreFailure(
                    StoreFailure.Kind.NEWER_FORMAT,
                    "the record \"" + what + "\" was written by a newer Capstan: start the node with that one");
        }
        if (value.length < 1 + lengthMin) {
            throw new StoreFailure(StoreFailure.Kind.UNUSABLE_DIRECTORY, "the record \"" + what + "\" is damaged");
        }
        return ByteBuffer.wrap(value, 1, value.length - 1).slice();
    }

    /** Without waiting: what is lost by a crash is learned again. */
    static void writeSoon(Store store, Store.Change change) {
        try {
            store.write(List.of(change), told(new CompletableFuture<>()));
        } catch (StoreFailure e) {
            log.warn("a change of the node's own records is not kept: {}", e.getMessage());
        }
    }

    /** Done when all of it is durable. */
    static CompletableFuture<Void> write(Store store, List<Store.Change> changes) {
        var durable = new CompletableFuture<Void>();
        try {
            store.write(changes, told(durable));
        } catch (StoreFailure e) {
            durable.completeExceptionally(e);
        }
        return durable;
    }

    private static void writeNow(Store store, List<Store.Change> changes) {
        try {
            write(store, changes).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreFailure failure ? failure : e;
        }
    }

    private static Store.Completion told(CompletableFuture<Void> durable) {
        return new Store.Completion() {
            @Override
            public void durable() {
                durable.complete(null);
            }

            @Override
            public void failed(StoreFailure failure) {
                durable.completeExceptionally(failure);
            }
        };
    }
}
