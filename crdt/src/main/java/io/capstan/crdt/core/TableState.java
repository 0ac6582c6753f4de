package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.TableSettings.Departed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What {@link Receiving} and {@link Sending} share. Whatever decides is iterated in an order all runs repeat. */
final class TableState<K, V> {
    final TableSettings settings;
    final RowMeasure<K, V> measure;
    final SlotCopy<K, V> own;
    final Map<Slot, SlotCopy<K, V>> copies = new LinkedHashMap<>();
    final NavigableMap<NodeId, Peer<K, V>> peers = new TreeMap<>();
    final Set<NodeId> visible = new TreeSet<>();
    /** Copies with something new for their streams. */
    final Set<SlotCopy<K, V>> moved = new LinkedHashSet<>();
    /** Copies about which peers may have to be told something other than a higher {@code known}. */
    final Set<SlotCopy<K, V>> announce = new LinkedHashSet<>();

    /** Slots that were folded, and at which version: nothing of them is taken or offered any more. */
    final Map<Slot, Long> folded = new HashMap<>();
    /** See {@link Table#sharesKeys}. */
    UnaryOperator<K> sharedKey = UnaryOperator.identity();
    /** Which slot a row of {@link Slot#FOLDED} says is folded, if any. */
    Function<K, @Nullable Slot> retires = key -> null;
    /** At which version such a row says so. */
    ToLongFunction<V> retiredAt = row -> 0;
    /** Slots of which nothing more is taken, as they are about to be folded as they are. */
    Set<Slot> frozen = Set.of();
    /** Dropped copies that are on disk still. */
    final List<Slot> gone = new ArrayList<>();

    /** Whether copies are kept on disk. */
    boolean onDisk;

    List<Effect<K, V>> effects = new ArrayList<>();
    long now;

    TableState(Slot ownSlot, TableSettings settings, RowMeasure<K, V> measure) {
        this.settings = settings;
        this.measure = measure;
        this.own = new SlotCopy<>(ownSlot, true, true, measure, UnaryOperator.identity());
        copies.put(ownSlot, own);
    }

    /** Hands out the effects, and begins to gather anew. */
    List<Effect<K, V>> take() {
        List<Effect<K, V>> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    SlotCopy<K, V> copy(Slot slot, boolean shown) {
        SlotCopy<K, V> copy = new SlotCopy<>(slot, false, shown, measure, sharedKey);
        if (onDisk) {
            copy.disk = new OnDisk<>();
        }
        copies.put(slot, copy);
        return copy;
    }

    void send(NodeId peer, Frame<K, V> frame) {
        effects.add(new Effect.Send<>(peer, frame));
    }

    void refuse(NodeId peer, String reason) {
        effects.add(new Effect.Refused<>(peer, reason));
    }

    /** Whether this replica has a link to the slot's owner, or is it. */
    boolean direct(Slot slot) {
        return slot.equals(own.slot) || peers.containsKey(slot.owner());
    }

    /** Whether the slot's very owner is linked: nobody else has to judge what is in it. */
    boolean ownerLinked(Slot slot) {
        Peer<K, V> owner = peers.get(slot.owner());
        return owner != null && slot.equals(owner.table);
    }

    /** Whether rows of this owner are taken, from whomever. */
    boolean accepts(NodeId owner) {
        return settings.departed() == Departed.KEEP || visible.contains(owner);
    }

    /** Whether others may have the copy from us. */
    boolean offers(SlotCopy<K, V> copy) {
        return copy.own || (settings.departed() == Departed.KEEP ? copy.known > 0 : copy.current);
    }
}
