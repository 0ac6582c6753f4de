package io.capstan.actors.internal;

import io.capstan.actors.Health;
import io.capstan.actors.internal.link.LinkMesh;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether one node lives and serves: see {@link Health}. Thread-safe. */
final class NodeHealth implements Store.Watcher {
    private final Hearth hearth;
    private final LinkMesh mesh;
    private final long lookForPeersNanos;
    private final long begunNanos = System.nanoTime();
    private final List<Supplier<Optional<String>>> lacking = new CopyOnWriteArrayList<>();
    private volatile boolean met;
    private volatile boolean started;
    private volatile boolean stopping;
    private volatile @Nullable String broken;
    private volatile @Nullable StoreFailure full;

    /** @param lookForPeers how long a node that remembers others looks for them before it serves alone */
    NodeHealth(Hearth hearth, LinkMesh mesh, NodeStore store, Duration lookForPeers) {
        this.hearth = hearth;
        this.mesh = mesh;
        lookForPeersNanos = lookForPeers.toNanos();
        store.watch(this);
    }

    /** While {@code what} tells something, the node is not ready. Called on any thread: it reads, and does not wait. */
    void readyUnless(Supplier<Optional<String>> what) {
        lacking.add(what);
    }

    void started() {
        started = true;
    }

    void stopping() {
        stopping = true;
    }

    /** Nothing but another start helps. */
    void broken(String why) {
        broken = why;
    }

    @Override
    public void full(StoreFailure why) {
        full = why;
    }

    @Override
    public void roomAgain() {
        full = null;
    }

    @Override
    public void failed(StoreFailure why) {
        broken(String.valueOf(why.getMessage()));
    }

    Health read() {
        List<String> reasons = new ArrayList<>();
        String dead = broken;
        if (dead != null) {
            reasons.add(dead);
        }
        if (stopping) {
            reasons.add("the node is stopping");
        } else if (!started) {
            reasons.add("the node is starting");
        } else {
            lonely(reasons);
            lacking.forEach(what -> what.get().ifPresent(reasons::add));
        }
        boolean ready = reasons.isEmpty();
        StoreFailure noRoom = full;
        if (noRoom != null) {
            reasons.add(String.valueOf(noRoom.getMessage()));
        }
        return new Health(dead == null, ready, reasons);
    }

    /** A node that comes back knows of nobody's names for the moment until its first link stands. */
    private void lonely(List<String> reasons) {
        if (hearth.cluster() == null) {
            reasons.add("the node has joined no cluster yet");
        } else if (!met) {
            met = !mesh.linked().isEmpty()
                    || hearth.peers().names().isEmpty()
                    || System.nanoTime() - begunNanos > lookForPeersNanos;
            if (!met) {
                reasons.add("the node looks for those it remembers");
            }
        }
    }
}
