package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Places.Place;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectKey;
import io.capstan.raft.internal.wire.LogCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The messages of a group on their way, so many at a time, the earliest of each place first. What one message costs does not
 * depend on how many there are; only those under way are looked at as time passes.
 */
final class Deliveries {
    private static final int UNDER_WAY_MAX = 1_024;
    private static final int UNDER_WAY_EACH_MAX = 64;

    private final String group;
    private final EffectTable table;
    private final Places places;
    private final Consumer<byte[]> propose;
    private final long repeatNanos;
    private final long giveUpNanos;

    // When each that is under way was sent last.
    private final TreeMap<Effects.Id, Long> sent = new TreeMap<>();
    // Arrived or given up; what no entry says yet.
    private final TreeSet<Effects.Id> arrived = new TreeSet<>();
    // What the entry on its way says.
    private final Set<Effects.Id> acknowledging = new LinkedHashSet<>();
    private long acknowledgedAt;
    // Of each process those that no entry has acknowledged: each message says which comes before it.
    private final Map<String, TreeSet<Effects.Id>> byProcess = new HashMap<>();
    // Places that may have more to send than before.
    private final Set<Place> held = new LinkedHashSet<>();

    Deliveries(
            String group,
            EffectTable table,
            Places places,
            Consumer<byte[]> propose,
            long repeatNanos,
            long giveUpNanos) {
        this.group = group;
        this.table = table;
        this.places = places;
        this.propose = propose;
        this.repeatNanos = repeatNanos;
        this.giveUpNanos = giveUpNanos;
    }

    void clear() {
        sent.clear();
        arrived.clear();
        acknowledging.clear();
        byProcess.clear();
        held.clear();
    }

    void begin(Send send, long now) {
        byProcess.computeIfAbsent(send.to(), process -> new TreeSet<>()).add(send.id());
        Place place = places.want(send.to(), now);
        place.waiting.add(send.id());
        held.add(place);
    }

    /** An entry has said that it need not be sent any more. */
    void end(Send send) {
        TreeSet<Effects.Id> its = byProcess.get(send.to());
        if (its == null || !its.remove(send.id())) {
            return;
        }
        if (its.isEmpty()) {
            byProcess.remove(send.to());
        }
        arrived.remove(send.id());
        acknowledging.remove(send.id());
        Place place = places.find(send.to());
        if (place != null) {
            isOver(place, send.id());
            places.unwant(place);
        }
    }

    void arrived(Send send, Place place) {
        isOver(place, send.id());
        arrived.add(send.id());
    }

    private void isOver(Place place, Effects.Id id) {
        place.waiting.remove(id);
        if (sent.remove(id) != null) {
            place.underWay--;
        }
        held.add(place);
    }

    /** Sends what there is room for by now, and has the log told of what arrived. */
    void proceed(long now) {
        Iterator<Place> next = held.iterator();
        while (next.hasNext()) {
            if (!fill(next.next(), now)) {
                break;
            }
            next.remove();
        }
        acknowledge(now);
    }

    /** Returns false when it may have more under way, and the group may not. */
    private boolean fill(Place place, long now) {
        boolean silent = place.isSilent(giveUpNanos, now);
        while (!place.waiting.isEmpty() && (silent || place.underWay < UNDER_WAY_EACH_MAX)) {
            Effects.Id id = place.waiting.first();
            if (silent) {
                arrived.add(id);
            } else if (sent.size() < UNDER_WAY_MAX) {
                place.underWay++;
                deliver(id, place, now);
            } else {
                return false;
            }
            place.waiting.remove(id);
        }
        return true;
    }

    private void deliver(Effects.Id id, Place place, long now) {
        sent.put(id, now);
        Send send = table.sends().get(id);
        TreeSet<Effects.Id> its = send == null ? null : byProcess.get(send.to());
        if (send == null || its == null) {
            throw new IllegalStateException("message " + id + " is to be sent and is not there");
        }
        Effects.Id before = its.lower(id);
        EffectKey previous = before == null ? null : EffectKey.of(before);
        EffectKey settled = EffectKey.of(table.sends().firstKey());
        places.send(
                place, new EffectFrame.Deliver(group, EffectKey.of(id), previous, settled, send.to(), send.message()));
    }

    /** Time passed: what was not answered is sent again, or given up. */
    void tick(long now) {
        for (Effects.Id id : List.copyOf(sent.keySet())) {
            Send send = table.sends().get(id);
            Place place = send == null ? null : places.find(send.to());
            Long last = sent.get(id);
            if (send == null || place == null || last == null) {
                continue;
            }
            if (place.isSilent(giveUpNanos, now)) {
                arrived(send, place);
            } else if (now - last >= repeatNanos) {
                deliver(id, place, now);
            }
        }
    }

    /** One batch in the log at a time: what arrives meanwhile makes the next. */
    private void acknowledge(long now) {
        if (arrived.isEmpty() || (!acknowledging.isEmpty() && now - acknowledgedAt < repeatNanos)) {
            return;
        }
        acknowledging.clear();
        List<EffectKey> keys = new ArrayList<>();
        for (Effects.Id id : arrived) {
            if (keys.size() == LogCommand.IDS_MAX) {
                break;
            }
            acknowledging.add(id);
            keys.add(EffectKey.of(id));
        }
        acknowledgedAt = now;
        propose.accept(new LogCommand.Acknowledged(keys).toBytes());
    }
}
