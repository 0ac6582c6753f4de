package io.capstan.actors.internal.link;

import io.capstan.actors.ConnectFailure;
import io.capstan.actors.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for a link to an address. Confined to the mesh's thread; its clock is what {@link #tick} is told. */
final class Connects {
    private final List<Waiting> waiting = new ArrayList<>();

    private static final class Waiting {
        private final LinkAddress address;
        private final Duration within;
        private final CompletableFuture<NodeId> told;
        private long nanos;
        private String latest = "nobody answers there";

        private Waiting(LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
            this.address = address;
            this.within = within;
            this.told = told;
            this.nanos = within.toNanos();
        }
    }

    void add(LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
        waiting.add(new Waiting(address, within, told));
    }

    /** Whether somebody waits for a link to this address. */
    boolean awaits(LinkAddress address) {
        return waiting.stream().anyMatch(one -> one.address.equals(address));
    }

    /** @param called where the link's call went; null when it was the peer that called */
    void stands(NodeId peer, @Nullable LinkAddress called, LinkAddress said) {
        for (Waiting one : those(said, called)) {
            one.told.complete(peer);
        }
    }

    /** A call of ours came to nothing; returns whether somebody waited for it who waits no longer. */
    boolean refused(LinkAddress called, Control.Refuse refusal) {
        List<Waiting> those = copyOf(called);
        those.forEach(one -> one.latest = refusal.text());
        boolean over = isFinal(refusal.code()) && waiting.removeAll(those);
        if (over) {
            those.forEach(one -> one.told.completeExceptionally(failure(called, refusal)));
        }
        return over;
    }

    /** Nobody waits for a link to this address any more. */
    void giveUp(LinkAddress address, String why) {
        List<Waiting> those = copyOf(address);
        waiting.removeAll(those);
        those.forEach(one -> one.told.completeExceptionally(
                new ConnectFailure(ConnectFailure.Kind.REFUSED, "no link to " + address + ": " + why)));
    }

    /** Whether the same call again would be refused again, until somebody changes a setting. */
    private static boolean isFinal(RefuseCode code) {
        return switch (code) {
            case VERSION, WRONG_CLUSTER, WRONG_SECRET, OUTDATED, SELF, PROTOCOL, DISCONNECTED, INSECURE -> true;
            case UNREACHABLE, NAME_IN_USE, NO_CLUSTER, ALREADY_LINKED, FULL -> false;
        };
    }

    /** Nobody is called any more. */
    void close() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.told.completeExceptionally(stopped()));
    }

    static ConnectFailure stopped() {
        return new ConnectFailure(ConnectFailure.Kind.REFUSED, "this node has stopped");
    }

    static ConnectFailure failure(LinkAddress address, Control.Refuse refusal) {
        return new ConnectFailure(ConnectFailure.Kind.REFUSED, "no link to " + address + ": " + refusal.text());
    }

    /**
     * Time has passed.
     *
     * @param forget told of the addresses that nobody answered at
     */
    void tick(long passed, Consumer<LinkAddress> forget) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting one = each.next();
            one.nanos -= passed;
            if (one.nanos <= 0) {
                each.remove();
                if (!awaits(one.address)) {
                    forget.accept(one.address);
                }
                one.told.completeExceptionally(new ConnectFailure(
                        ConnectFailure.Kind.NO_ANSWER,
                        "no link to " + one.address + " within " + one.within.toMillis() + " ms: " + one.latest));
            }
        }
    }

    private List<Waiting> those(LinkAddress said, @Nullable LinkAddress called) {
        List<Waiting> those = copyOf(said);
        if (called != null && !called.equals(said)) {
            those.addAll(copyOf(called));
        }
        waiting.removeAll(those);
        return those;
    }

    private List<Waiting> copyOf(LinkAddress address) {
        List<Waiting> those = new ArrayList<>(waiting);
        those.removeIf(one -> !one.address.equals(address));
        return those;
    }
}
