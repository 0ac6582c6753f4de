package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import io.capstan.raft.Effects.Down;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Places.Place;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectKey;
import io.capstan.raft.internal.wire.LogCommand;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The processes that a group watches. All are looked at once in a while as time passes, and none because of another. */
final class Watches {
    private static final int DOWNS_MAX = 256;

    /** So much less often is asked again who is known to be watched. */
    static final int REARM = 10;

    private static final class Ending {
        final Down how;
        long proposed;

        Ending(Down how, long proposed) {
            this.how = how;
            this.proposed = proposed;
        }
    }

    private final String group;
    private final EffectTable table;
    private final Places places;
    private final Consumer<byte[]> propose;
    private final long repeatNanos;
    private final long lostNanos;
    private final Set<Effects.Id> begun = new HashSet<>();
    // When each was asked for last.
    private final Map<Effects.Id, Long> asked = new HashMap<>();
    private final TreeMap<Effects.Id, Ending> endings = new TreeMap<>();

    Watches(
            String group,
            EffectTable table,
            Places places,
            Consumer<byte[]> propose,
            long repeatNanos,
            long lostNanos) {
        this.group = group;
        this.table = table;
        this.places = places;
        this.propose = propose;
        this.repeatNanos = repeatNanos;
        this.lostNanos = lostNanos;
    }

    void clear() {
        begun.clear();
        asked.clear();
        endings.clear();
    }

    void begin(Monitor monitor, long now) {
        begun.add(monitor.id());
        look(monitor, places.want(monitor.process(), now), now);
    }

    /** An entry has said that nobody is to watch it any more. */
    void end(Monitor monitor) {
        Place place = places.find(monitor.process());
        if (place == null || !begun.remove(monitor.id())) {
            return;
        }
        endings.remove(monitor.id());
        if (asked.remove(monitor.id()) != null) {
            places.send(place, new EffectFrame.Unwatch(group, EffectKey.of(monitor.id())));
        }
        places.unwant(place);
    }

    void stopped(Monitor monitor, long now) {
        ends(monitor.id(), Down.STOPPED, now);
    }

    /** The node of all processes of that place is lost. */
    void lost(Place place, long now) {
        table.monitors().values().stream()
                .filter(monitor -> Places.addressOf(monitor.process()).equals(place.address))
                .forEach(monitor -> ends(monitor.id(), Down.NOCONNECTION, now));
    }

    private void ends(Effects.Id id, Down how, long now) {
        endings.putIfAbsent(id, new Ending(how, now - repeatNanos));
    }

    /** Time passed. */
    void tick(long now) {
        for (Monitor monitor : table.monitors().values()) {
            Place place = places.find(monitor.process());
            if (place != null) {
                look(monitor, place, now);
            }
        }
    }

    private void look(Monitor monitor, Place place, long now) {
        if (endings.containsKey(monitor.id())) {
            return;
        }
        Long last = asked.get(monitor.id());
        // Again also when it is known to be watched: word of its end may have been lost.
        long pause = place.node == null ? repeatNanos : REARM * repeatNanos;
        if (place.isSilent(lostNanos, now)) {
            ends(monitor.id(), Down.NOCONNECTION, now);
        } else if (last == null || now - last >= pause) {
            asked.put(monitor.id(), now);
            places.send(place, new EffectFrame.Watch(group, EffectKey.of(monitor.id()), monitor.process()));
        }
    }

    /** Tells the log of those that ended, so many at a time, again and again until it knows. */
    void report(long now) {
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
