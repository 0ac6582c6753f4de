package io.capstan.actors.internal.link;

import java.time.Duration;
import java.util.ArrayList;
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
        private boolean ourselves;

        private Target(LinkAddress address, boolean configured, @Nullable String name, long pauseNanos) {
            this.address = address;
            this.configured = configured;
            this.name = name;
            this.pauseNanos = pauseNanos;
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
        targets.values()
                .removeIf(target ->
                        !target.configured && name.equals(target.name) && !target.address.equals(contact.address()));
        Target target = targets.computeIfAbsent(
                contact.address(), address -> new Target(address, false, name, pauseMin.toNanos()));
        target.name = name;
    }

    /**
     * Time has passed: calls whoever is due.
     *
     * @param wanted whether a call to the node of this name makes sense now
     */
    void tick(long nanos, Predicate<String> wanted) {
        for (Target target : List.copyOf(targets.values())) {
            target.waitNanos -= nanos;
            boolean makesSense = !target.ourselves && (target.name == null || wanted.test(target.name));
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

    /** A call found out who answers at its address. */
    void answered(Connection connection) {
        for (Target target : targets.values()) {
            if (target.calling == connection) {
                target.name = connection.peer().id().name();
            }
        }
    }

    /** Calls an address at the next tick, known or not. */
    void callNow(LinkAddress address) {
        Target target = targets.computeIfAbsent(address, fresh -> new Target(fresh, false, null, pauseMin.toNanos()));
        target.waitNanos = 0;
        target.pauseNanos = pauseMin.toNanos();
    }

    /** An address that was only called because of {@link #callNow}, and where nobody was, is called no more. */
    void forget(LinkAddress address) {
        Target target = targets.get(address);
        if (target != null && !target.configured && target.name == null) {
            targets.remove(address);
        }
    }

    /** Where this call goes, or went; null when it is none of ours. */
    @Nullable
    LinkAddress addressOf(Connection connection) {
        for (Target target : targets.values()) {
            if (target.calling == connection) {
                return target.address;
            }
        }
        return null;
    }

    /** The address of this call is our own. */
    void ourselves(Connection connection) {
        for (Target target : targets.values()) {
            if (target.calling == connection) {
                target.ourselves = true;
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

    /** The calls under way to the node of this name, as far as it has said who it is. */
    List<Connection> callsTo(String name) {
        List<Connection> calls = new ArrayList<>();
        for (Target target : targets.values()) {
            Connection calling = target.calling;
            if (calling != null
                    && !calling.standing()
                    && calling.greeting().peer() != null
                    && name.equals(calling.peer().id().name())) {
                calls.add(calling);
            }
        }
        return calls;
    }
}
