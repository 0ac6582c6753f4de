package io.capstan.raft.internal.effect;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.raft.Effects;
import io.capstan.raft.Effects.Down;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectKey;
import io.capstan.raft.internal.wire.LogCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does about the messages and monitors of its group: again and again until an entry says that it need not. What
 * it knows beside the table (who has answered, where a process lives) is its own, and a new leader begins without it: so
 * nothing of it may be needed for more than speed. Belongs to the state machine's thread.
 */
public final class Errands {
    private static final int UNDER_WAY_MAX = 1_024;
    private static final int UNDER_WAY_EACH_MAX = 64;
    private static final int DOWNS_MAX = 256;
    private static final int REARM = 10;

    /** A Pekko system, and the node that has answered for it. */
    private static final class Place {
        @Nullable
        NodeId node;

        // Since when it has been asked in vain: not since when nobody had anything to ask of it.
        long since;
        boolean wanted = true;
        int underWay;

        Place(long now) {
            since = now;
        }
    }

    private static final class Ending {
        final Down how;
        long proposed;

        Ending(Down how, long proposed) {
            this.how = how;
            this.proposed = proposed;
        }
    }

    private record Asked(Monitor monitor, long at) {}

    private final String group;
    private final EffectTable table;
    private final Way way;
    private final Consumer<byte[]> propose;
    private final long repeatNanos;
    private final long giveUpNanos;
    private final long lostNanos;

    private boolean leading;
    private long seen = -1;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<Effects.Id, Long> sent = new HashMap<>();
    private final TreeSet<Effects.Id> arrived = new TreeSet<>();
    private final List<Effects.Id> acknowledging = new ArrayList<>();
    private long acknowledgedAt;
    private final TreeMap<Effects.Id, Asked> asked = new TreeMap<>();
    private final TreeMap<Effects.Id, Ending> endings = new TreeMap<>();

    /**
     * Of one member.
     *
     * @param propose takes commands for the log
     */
    public Errands(String group, EffectTable table, Way way, RaftSettings.Effects settings, Consumer<byte[]> propose) {
        this.group = group;
        this.table = table;
        this.way = way;
        this.propose = propose;
        repeatNanos = settings.repeat().toNanos();
        giveUpNanos = settings.giveUpAfter().toNanos();
        lostNanos = settings.lostAfter().toNanos();
    }

    /** How long a node watches for a leader that does not ask again: many times as long as leaders take to do so. */
    public static Duration watchesKept(RaftSettings.Effects settings) {
        return settings.repeat().multipliedBy(10L * REARM);
    }

    /** The system that a reference belongs to: {@code pekko://system@host:port}. */
    static String addressOf(String reference) {
        int end = reference.indexOf('/', reference.indexOf("://") + 3);
        return end < 0 ? reference : reference.substring(0, end);
    }

    /** Whether this member leads; who begins to knows nothing. */
    public void lead(boolean leads, long now) {
        leading = leads;
        places.clear();
        sent.clear();
        arrived.clear();
        acknowledging.clear();
        asked.clear();
        endings.clear();
        seen = -1;
        work(now);
    }

    /** Whether time must pass for it. */
    public boolean isBusy() {
        return leading && !(table.sends().isEmpty() && table.monitors().isEmpty() && asked.isEmpty());
    }

    /** The table may have changed. */
    public void changed(long now) {
        if (leading && seen != table.changes()) {
            work(now);
        }
    }

    /** Time passed. */
    public void tick(long now) {
        if (leading) {
            work(now);
        }
    }

    /** A node has answered. */
    public void answered(NodeId from, EffectFrame.Answer answer, long now) {
        Effects.Id id = answer.id().in(group);
        Send send = table.sends().get(id);
        Monitor monitor = table.monitors().get(id);
        if (!leading) {
            return;
        }
        if (send != null) {
            place(send.to(), now).node = from;
            if (answer instanceof EffectFrame.Arrived) {
                arrived.add(id);
            }
        } else if (monitor != null) {
            place(monitor.process(), now).node = from;
            if (answer instanceof EffectFrame.Stopped) {
                ends(id, Down.STOPPED, now);
            }
        }
        work(now);
    }

    /** A node can be reached no longer, or runs anew; of the run before nothing more is told. */
    public void onLinks(MeshEvent event, long now) {
        if (!leading) {
            return;
        }
        NodeId peer = event.peer();
        boolean gone = event instanceof MeshEvent.Hidden;
        boolean there = event instanceof MeshEvent.Visible;
        places.forEach((address, place) -> {
            NodeId node = place.node;
            boolean lost = node != null
                    && node.name().equals(peer.name())
                    && ((gone && node.equals(peer)) || (there && !node.equals(peer)));
            if (lost) {
                place.node = null;
                place.since = now;
                table.monitors().values().stream()
                        .filter(monitor -> addressOf(monitor.process()).equals(address))
                        .forEach(monitor -> ends(monitor.id(), Down.NOCONNECTION, now));
            }
        });
        work(now);
    }

    private void ends(Effects.Id id, Down how, long now) {
        endings.putIfAbsent(id, new Ending(how, now - repeatNanos));
    }

    private Place place(String reference, long now) {
        Place place = places.computeIfAbsent(addressOf(reference), address -> new Place(now));
        place.wanted = true;
        return place;
    }

    /** A place that nothing was wanted of in the last round begins afresh: its silence says nothing. */
    private void forgetSilence() {
        places.values().removeIf(place -> place.node == null && !place.wanted);
        places.values().forEach(place -> place.wanted = false);
    }

    private void work(long now) {
        if (!leading) {
            return;
        }
        seen = table.changes();
        sent.keySet().retainAll(table.sends().keySet());
        arrived.removeIf(id -> !table.sends().containsKey(id));
        acknowledging.removeIf(id -> !table.sends().containsKey(id));
        endings.keySet().removeIf(id -> !table.monitors().containsKey(id));
        forgetSilence();
        deliver(now);
        acknowledge(now);
        watch(now);
        report(now);
    }

    private void deliver(long now) {
        places.values().forEach(place -> place.underWay = 0);
        Map<String, Effects.Id> before = new HashMap<>();
        int underWay = 0;
        for (Send send : table.sends().values()) {
            if (underWay >= UNDER_WAY_MAX) {
                return;
            }
            Effects.Id after = before.put(send.to(), send.id());
            Place place = place(send.to(), now);
            if (arrived.contains(send.id()) || place.underWay >= UNDER_WAY_EACH_MAX) {
                continue;
            }
            underWay++;
            place.underWay++;
            if (place.node == null && now - place.since >= giveUpNanos) {
                arrived.add(send.id());
            } else if (isTime(sent.get(send.id()), repeatNanos, now)) {
                sent.put(send.id(), now);
                EffectKey previous = after == null ? null : EffectKey.of(after);
                EffectKey settled = EffectKey.of(table.sends().firstKey());
                to(
                        place,
                        new EffectFrame.Deliver(
                                group, EffectKey.of(send.id()), previous, settled, send.to(), send.message()));
            }
        }
    }

    private static boolean isTime(@Nullable Long last, long pause, long now) {
        return last == null || now - last >= pause;
    }

    /** Whoever does not have the process says nothing; who has is asked alone from then on. */
    private void to(Place place, EffectFrame frame) {
        if (place.node != null) {
            way.frames().send(place.node, frame);
        } else {
            way.nodes().reached().forEach(node -> way.frames().send(node, frame));
        }
    }

    /** One batch in the log at a time: what arrives meanwhile makes the next. */
    private void acknowledge(long now) {
        if (arrived.isEmpty() || (!acknowledging.isEmpty() && now - acknowledgedAt < repeatNanos)) {
            return;
        }
        acknowledging.clear();
        arrived.stream().limit(LogCommand.IDS_MAX).forEach(acknowledging::add);
        acknowledgedAt = now;
        propose.accept(new LogCommand.Acknowledged(
                        acknowledging.stream().map(EffectKey::of).toList())
                .toBytes());
    }

    private void watch(long now) {
        for (Monitor monitor : table.monitors().values()) {
            Place place = place(monitor.process(), now);
            Asked last = asked.get(monitor.id());
            // Again also when it is known to be watched: word of its end may have been lost.
            long pause = place.node == null ? repeatNanos : REARM * repeatNanos;
            if (endings.containsKey(monitor.id())) {
                continue;
            }
            if (place.node == null && now - place.since >= lostNanos) {
                ends(monitor.id(), Down.NOCONNECTION, now);
            } else if (isTime(last == null ? null : last.at(), pause, now)) {
                asked.put(monitor.id(), new Asked(monitor, now));
                to(place, new EffectFrame.Watch(group, EffectKey.of(monitor.id()), monitor.process()));
            }
        }
        asked.values().removeIf(last -> {
            boolean over = !table.monitors().containsKey(last.monitor().id());
            if (over) {
                // Of a place that nothing else is wanted of: a goodbye waits for no answer.
                Place known = places.get(addressOf(last.monitor().process()));
                to(
                        known == null ? new Place(now) : known,
                        new EffectFrame.Unwatch(
                                group, EffectKey.of(last.monitor().id())));
            }
            return over;
        });
    }

    private void report(long now) {
        int underWay = 0;
        for (Map.Entry<Effects.Id, Ending> entry : endings.entrySet()) {
            Ending ending = entry.getValue();
            if (underWay++ == DOWNS_MAX) {
                return;
            }
            if (now - ending.proposed >= repeatNanos) {
                ending.proposed = now;
                propose.accept(new LogCommand.Down(EffectKey.of(entry.getKey()), ending.how.code()).toBytes());
            }
        }
    }
}
