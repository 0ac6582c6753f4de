package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer while it lasts, and how much may be under way on it: per channel so many bytes, sent and not yet
 * worked off at the other end. Thread-safe.
 *
 * <p>A frame costs its payload and {@link #FRAME_COST}, so that empty frames are bounded too. Both ends count alike.
 */
final class Outlet {
    /** What a frame costs beside its payload, in bytes. Both ends count it: it is part of the protocol. */
    static final int FRAME_COST = 32;

    private final NodeId to;
    private final Connection via;
    private final int route;
    private final int windowBytes;
    private final ConcurrentHashMap<Integer, Window> windows = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Window(Channel channel, AtomicInteger underWay, AtomicBoolean refused) {}

    /** @param route 0 for the peer's own connection, otherwise which way through {@code via} this is */
    Outlet(NodeId to, Connection via, int route, int windowBytes) {
        this.to = to;
        this.via = via;
        this.route = route;
        this.windowBytes = windowBytes;
    }

    NodeId to() {
        return to;
    }

    Connection via() {
        return via;
    }

    int route() {
        return route;
    }

    boolean direct() {
        return route == 0;
    }

    boolean closed() {
        return closed;
    }

    /** Takes room for a payload of {@code bytes}; after a false, {@link #release} tells when there is room again. */
    boolean reserve(Channel channel, int bytes) {
        Window window = windows.get(channel.code());
        if (window == null) {
            window = windows.computeIfAbsent(
                    channel.code(), code -> new Window(channel, new AtomicInteger(), new AtomicBoolean()));
        }
        if (tryReserve(window, bytes + FRAME_COST)) {
            return true;
        }
        window.refused.set(true);
        // Room may have come between the look and the mark, and nobody would ever say so.
        return tryReserve(window, bytes + FRAME_COST);
    }

    private boolean tryReserve(Window window, int cost) {
        int before = window.underWay.get();
        while (before + cost <= windowBytes) {
            int seen = window.underWay.compareAndExchange(before, before + cost);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    /**
     * Gives room back.
     *
     * @return the channel, if somebody was refused and is to be told; otherwise null
     * @throws MalformedFrame when more comes back than was taken
     */
    @Nullable
    Channel release(int channel, int cost) {
        Window window = windows.get(channel);
        if (window == null || window.underWay.addAndGet(-cost) < 0) {
            throw new MalformedFrame("credit of " + cost + " bytes that channel " + channel + " never had");
        }
        return window.refused.compareAndSet(true, false) ? window.channel : null;
    }

    /** How much is under way on a channel now, in bytes. */
    int underWay(int channel) {
        Window window = windows.get(channel);
        return window == null ? 0 : window.underWay.get();
    }

    /** Ends it, and returns the channels on which somebody was refused. */
    List<Channel> close() {
        closed = true;
        return windows.values().stream()
                .filter(window -> window.refused.get())
                .map(Window::channel)
                .toList();
    }
}
