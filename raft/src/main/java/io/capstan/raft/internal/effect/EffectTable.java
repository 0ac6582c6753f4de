package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import io.capstan.raft.Effects.Down;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The effects of one group that no entry has acknowledged. Deterministic; time is log time, an argument.
 *
 * <p>Its limits are constants, not keys, as those of the sessions: they decide what an entry does, so all members must agree
 * on them.
 */
public final class EffectTable {
    /** Sends, timers and monitors at a time, each. */
    public static final int EACH_MAX = 65_536;

    /** Bytes of all of them. */
    public static final long BYTES_MAX = 64L * 1024 * 1024;

    /** The longest message or command of one: with its envelope it must fit a frame. */
    public static final int ONE_BYTES_MAX = 48 * 1024;

    private final TreeMap<Effects.Id, Send> sends = new TreeMap<>();
    private final TreeMap<Effects.Id, Monitor> monitors = new TreeMap<>();
    private final Map<String, Timer> timers = new HashMap<>();
    private final TreeSet<Timer> byTime =
            new TreeSet<>(Comparator.comparingLong(Timer::time).thenComparing(Timer::id));
    private long bytes;
    private Watcher watcher = new Watcher() {};

    /** Whoever acts on messages and monitors, told of each change. */
    interface Watcher {
        default void added(Outstanding effect) {}

        default void removed(Outstanding effect) {}
    }

    /** From now on {@code told} is. One at a time. */
    void watch(Watcher told) {
        watcher = told;
    }

    /** Adds an effect; a timer takes the place of the one of its name. */
    void add(Outstanding effect) {
        bytes += effect.bytes();
        if (effect instanceof Send send) {
            sends.put(send.id(), send);
            watcher.added(send);
        } else if (effect instanceof Monitor monitor) {
            monitors.put(monitor.id(), monitor);
            watcher.added(monitor);
        } else if (effect instanceof Timer timer) {
            cancel(timer.name());
            timers.put(timer.name(), timer);
            byTime.add(timer);
        }
    }

    void cancel(String name) {
        Timer timer = timers.remove(name);
        if (timer != null) {
            byTime.remove(timer);
            bytes -= timer.bytes();
        }
    }

    void demonitor(Effects.Id id) {
        Monitor monitor = monitors.remove(id);
        if (monitor != null) {
            bytes -= monitor.bytes();
            watcher.removed(monitor);
        }
    }

    /** The timer of that name. */
    @Nullable
    Timer timer(String name) {
        return timers.get(name);
    }

    /** The message arrived, or was given up. */
    public void acknowledged(Effects.Id id) {
        Send send = sends.remove(id);
        if (send != null) {
            bytes -= send.bytes();
            watcher.removed(send);
        }
    }

    /** The command of a timer whose time has come; null when it was executed before, or called off. */
    public byte @Nullable [] fired(Effects.Id id, long time) {
        // The leader names only what is due, but what an entry does must not depend on that.
        for (Timer timer : byTime) {
            if (timer.time() > time) {
                break;
            }
            if (timer.id().equals(id)) {
                cancel(timer.name());
                return timer.command();
            }
        }
        return null;
    }

    /** The command of a monitor whose process ended so; null when it was executed before, or called off. */
    public byte @Nullable [] down(Effects.Id id, Down how) {
        Monitor monitor = monitors.get(id);
        demonitor(id);
        return monitor == null ? null : how == Down.STOPPED ? monitor.stopped() : monitor.lost();
    }

    /** Messages that have not arrived, earliest first. A view. */
    public NavigableMap<Effects.Id, Send> sends() {
        return Collections.unmodifiableNavigableMap(sends);
    }

    /** Processes that are watched. A view. */
    public Map<Effects.Id, Monitor> monitors() {
        return Collections.unmodifiableMap(monitors);
    }

    int timers() {
        return timers.size();
    }

    /** Bytes of all of them. */
    public long bytes() {
        return bytes;
    }

    /** The {@code most} timers that fall due first. */
    public List<Timer> nextTimers(int most) {
        List<Timer> next = new ArrayList<>(Math.min(most, byTime.size()));
        for (Timer timer : byTime) {
            if (next.size() == most) {
                break;
            }
            next.add(timer);
        }
        return next;
    }

    /** All of it as it is now, in a fixed order. */
    public List<Outstanding> image() {
        List<Outstanding> image = new ArrayList<>(sends.size() + monitors.size() + byTime.size());
        for (Collection<? extends Outstanding> part : List.of(sends.values(), monitors.values(), byTime)) {
            image.addAll(part);
        }
        return image;
    }

    /** Adds an effect as it was. */
    public void restore(Outstanding effect) {
        add(effect);
    }

    /** Forgets everything. */
    public void clear() {
        sends.values().forEach(watcher::removed);
        monitors.values().forEach(watcher::removed);
        sends.clear();
        monitors.clear();
        timers.clear();
        byTime.clear();
        bytes = 0;
    }
}
