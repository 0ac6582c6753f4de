package io.capstan.actors.internal.link;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom to call, and when: everybody known that has no link, again and again for as long as the node lives, with pauses
 * that double up to a limit. Confined to the mesh's thread; its clock is what {@link #tick} is told.
 */
final class Dialer {
    private final Duration pauseMin;
    private final Duration pauseMax;
    private final Function<LinkAddress, Connection> call;
    private final Map<LinkAddress, Target> targets = new LinkedHashMap<>();

    /** One address to call. */
    private static final class Target {
        private final LinkAddress address;
        private final boolean configured;
        private @Nullable String name;
        private @Nullable Connection calling;
        private long pauseNanos;
        private long waitNanos;
        // Somebody waits for whoever is at this very address.
        private boolean awaited;

        private Target(LinkAddress address, boolean configured, @Nullable String name, long pauseNanos) {
            this.address = address;
            this.configured = configured;
            this.name = name;
            this.pauseNanos = pauseNanos;
        }

        /** Whether it is called whoever is there. */
        private boolean kept() {
            return configured || awaited;
        }
    }

    /** @param call starts a call to an address; its end is told by {@link #ended} */
    Dialer(LinkSettings settings, Function<LinkAddress, Connection> call) {
        this.pauseMin = settings.dialPauseMin();
        this.pauseMax = settings.dialPauseMax();
        this.call = call;
    }

    /** An address from the configuration: called until the node that answers there is linked. */
    void configure(LinkAddress address) {
        targets.putIfAbsent(address, new Target(address, true, null, pauseMin.toNanos()));
    }

    /** A node by name, at this address from now on and at no other. */
    void know(Contact contact) {
        String name = contact.id().name();
        leave(name, contact.address());
        Target target = targets.computeIfAbsent(
                contact.address(), address -> new Target(address, false, name, pauseMin.toNanos()));
        target.name = name;
    }

    /** A node that will not return: called no more, unless the configuration says so. */
    void forget(String name) {
        leave(name, null);
    }

    private void leave(String name, @Nullable LinkAddress butFor) {
        targets.values().removeIf(target -> {
            if (!name.equals(target.name) || target.address.equals(butFor)) {
                return false;
            }
            if (target.awaited) {
                // Whoever waits there does so for whoever is there now.
                target.name = null;
            }
            return !target.kept();
        });
    }

    /**
     * Time has passed: calls whoever is due.
     *
     * @param wanted whether a call to the node of this name makes sense now
     */
    void tick(long nanos, Predicate<String> wanted) {
        for (Target target : List.copyOf(targets.values())) {
            target.waitNanos -= nanos;
            // Whoever waits is to be told, though the node that was there last may be linked by another address by now.
            boolean makesSense = target.awaited || target.name == null || wanted.test(target.name);
            if (target.calling == null && target.waitNanos <= 0 && makesSense) {
                target.calling = call.apply(target.address);
            }
        }
    }

    /** A link to the node of this name was lost or may be had again: call at the next tick. */
    void soon(String name) {
        for (Target target : targets.values()) {
            if (name.equals(target.name)) {
                target.waitNanos = 0;
                target.pauseNanos = pauseMin.toNanos();
            }
        }
    }

    /** A link stands that was a call of ours. An address that is not the node's own is its name for nobody else. */
    void answered(Connection connection) {
        for (Target target : targets.values()) {
            boolean known =
                    target.configured || target.address.equals(connection.peer().address());
            if (target.calling == connection && known) {
                target.name = connection.peer().id().name();
            }
        }
    }

    /** Somebody waits for whoever is at this address, known or not: it is called at the next tick. */
    void callNow(LinkAddress address) {
        Target target = targets.computeIfAbsent(address, fresh -> new Target(fresh, false, null, pauseMin.toNanos()));
        target.awaited = true;
        target.waitNanos = 0;
        target.pauseNanos = pauseMin.toNanos();
    }

    /** Nobody waits for this address any more: without a node that is known to be there it is called no more. */
    void awaitedNoMore(LinkAddress address) {
        Target target = targets.get(address);
        if (target != null) {
            target.awaited = false;
            if (!target.configured && target.name == null) {
                targets.remove(address);
            }
        }
    }

    /** Where the node of this name is called. */
    List<LinkAddress> addressesOf(String name) {
        return targets.values().stream()
                .filter(target -> name.equals(target.name))
                .map(target -> target.address)
                .toList();
    }

    /** Whether the address of this call of ours was forgotten meanwhile, so that nobody wants what may come of it. */
    boolean forgot(Connection call) {
        LinkAddress called = call.greeting().called();
        Target target = called == null ? null : targets.get(called);
        return called != null && (target == null || target.calling != call);
    }

    /**
     * The address of this call is our own, or whoever answers there says so: it is called as rarely as any. Not never, as it may
     * be another's one day, and anybody may have said it.
     */
    void ourselves(Connection connection) {
        for (Target target : targets.values()) {
            if (target.calling == connection) {
                target.pauseNanos = pauseMax.toNanos();
            }
        }
    }

    /** A call has come to its end, be it as a link or not. */
    void ended(Connection connection) {
        for (Target target : targets.values()) {
            if (target.calling == connection) {
                target.calling = null;
                target.waitNanos = target.pauseNanos;
                target.pauseNanos = Math.min(target.pauseNanos * 2, pauseMax.toNanos());
            }
        }
    }
}
