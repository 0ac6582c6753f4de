package io.capstan.actors.internal.link;

import io.capstan.actors.ConnectFailure;
import io.capstan.actors.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for a link to an address. Confined to the mesh's thread; its clock is what {@link #tick} is told. */
final class Connects {
    private final Consumer<LinkAddress> over;
    private final List<Waiting> waiting = new ArrayList<>();
    private int asked;

    private static final class Waiting {
        private final int number;
        private final LinkAddress address;
        private final Duration within;
        private final CompletableFuture<NodeId> told;
        private long nanos;
        private String latest = "nobody answers there";

        private Waiting(int number, LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
            this.number = number;
            this.address = address;
            this.within = within;
            this.told = told;
            this.nanos = within.toNanos();
        }
    }

    /** @param over told of an address that nobody waits for any more, however that came */
    Connects(Consumer<LinkAddress> over) {
        this.over = over;
    }

    void add(LinkAddress address, Duration within, CompletableFuture<NodeId> told) {
        waiting.add(new Waiting(++asked, address, within, told));
    }

    /** How many have ever waited. */
    int asked() {
        return asked;
    }

    /** Whether somebody waits for a link to this address who came after the first {@code former}. */
    boolean awaits(LinkAddress address, int former) {
        return waiting.stream().anyMatch(one -> one.number > former && one.address.equals(address));
    }

    /** @param called where the link's call went; null when it was the peer that called */
    void stands(NodeId peer, @Nullable LinkAddress called, LinkAddress said) {
        take(said).forEach(one -> one.told.complete(peer));
        if (called != null) {
            take(called).forEach(one -> one.told.complete(peer));
        }
    }

    /** A call of ours came to nothing. */
    void refused(LinkAddress called, Control.Refuse refusal) {
        waiting.stream().filter(one -> one.address.equals(called)).forEach(one -> one.latest = refusal.text());
        if (isFinal(refusal.code())) {
            take(called).forEach(one -> one.told.completeExceptionally(failure(called, refusal)));
        }
    }

    /** Nobody waits for a link to this address any more. */
    void giveUp(LinkAddress address, String why) {
        take(address)
                .forEach(one -> one.told.completeExceptionally(
                        new ConnectFailure(ConnectFailure.Kind.REFUSED, "no link to " + address + ": " + why)));
    }

    /** Whether the same call again would be refused again, until somebody changes a setting. */
    private static boolean isFinal(RefuseCode code) {
        return switch (code) {
            case VERSION,
                    WRONG_CLUSTER,
                    WRONG_SECRET,
                    OUTDATED,
                    SELF,
                    PROTOCOL,
                    DISCONNECTED,
                    INSECURE,
                    WRONG_CERTIFICATE -> true;
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

    /** Time has passed. */
    void tick(long passed) {
        for (Waiting one : List.copyOf(waiting)) {
            one.nanos -= passed;
            if (one.nanos <= 0 && waiting.remove(one)) {
                if (!awaits(one.address, 0)) {
                    over.accept(one.address);
                }
                one.told.completeExceptionally(new ConnectFailure(
                        ConnectFailure.Kind.NO_ANSWER,
                        "no link to " + one.address + " within " + one.within.toMillis() + " ms: " + one.latest));
            }
        }
    }

    private List<Waiting> take(LinkAddress address) {
        List<Waiting> those = new ArrayList<>(waiting);
        those.removeIf(one -> !one.address.equals(address));
        if (waiting.removeAll(those)) {
            over.accept(address);
        }
        return those;
    }
}
