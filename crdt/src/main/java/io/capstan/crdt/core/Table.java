package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.TableSettings.Departed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a replicated table: our own slot, written here, and copies of everybody else's.
 *
 * <p>Give it inputs in the order in which they happen, as many as belong together, then {@link #drain} and perform the
 * effects in order. Deterministic: the same inputs give the same effects. Not thread-safe.
 *
 * @param <K> keys: immutable, with equals and hashCode
 * @param <V> values: immutable, with equals
 */
public final class Table<K, V> implements TableInputs<K, V> {
    private final TableState<K, V> state;
    private final Receiving<K, V> receiving;
    private final Sending<K, V> sending;
    private final Departures<K, V> departures;

    /**
     * Starts a replica that knows nobody.
     *
     * @param own drawn at random for this start; its owner is this node
     */
    public Table(Slot own, TableSettings settings, RowMeasure<K, V> measure) {
        this.state = new TableState<>(own, settings, measure);
        this.receiving = new Receiving<>(state);
        this.sending = new Sending<>(state);
        this.departures = new Departures<>(state, receiving, sending);
        receiving.departures = departures;
        state.visible.add(own.owner());
    }

    /**
     * From now on tells what is to be on disk, as {@link Effect.Store}. To be called before anything else.
     *
     * @throws IllegalStateException for tables whose rows go with their owner
     */
    public void keepOnDisk() {
        if (state.settings.departed() != Departed.KEEP) {
            throw new IllegalStateException("rows that go with their owner are not kept on disk");
        }
        state.onDisk = true;
        state.own.disk = new OnDisk<>();
    }

    boolean isKeptOnDisk() {
        return state.onDisk;
    }

    /**
     * Takes in a slot as an earlier start left it on disk: as a copy that counts and is relayed, and that nobody writes
     * any more; a slot of our own too, as a restored or cloned directory must not be written by two. To be called after
     * {@link #keepOnDisk} and before the first link.
     *
     * @param rows in rising version order, none above {@code known}
     */
    public void restore(Slot slot, long known, long floor, List<Row<K, V>> rows) {
        SlotCopy<K, V> copy = state.copy(slot, true);
        copy.restore(known, floor, rows, state.effects);
        state.moved.add(copy);
        departures.restored(copy, rows);
    }

    /**
     * From now on folds slots: {@link Slot#FOLDED} tells which. To be called before anything else.
     *
     * @param retires which slot a row of {@code FOLDED} with this key says is folded; null for none
     * @param retiredAt at which version the row says so
     */
    public void foldsSlots(Function<K, @Nullable Slot> retires, ToLongFunction<V> retiredAt) {
        if (state.settings.departed() != Departed.KEEP) {
            throw new IllegalStateException("rows that go with their owner are not folded");
        }
        state.retires = retires;
        state.retiredAt = retiredAt;
    }

    /** From now on keeps of equal keys, as each slot has them, the one that this gives. To be called before anything else. */
    public void sharesKeys(UnaryOperator<K> shared) {
        state.sharedKey = shared;
    }

    /** From now on takes nothing more of just these slots: they are about to be folded as they are here. */
    public void freeze(Set<Slot> slots) {
        if (!slots.equals(state.frozen)) {
            receiving.freeze(slots);
        }
    }

    /**
     * Writes rows of {@link Slot#FOLDED}, in this order, as all do who fold the same; the slots that are folded with them
     * are gone in the same step.
     *
     * @param rows a value of null removes a row
     * @param version of the first: who has less takes it whole; 0 for the next
     */
    public void fold(Map<K, @Nullable V> rows, long version) {
        departures.fold(rows, version);
    }

    /** Writes a row of our own slot, also when the value is the one it has. Returns the version stamped. */
    public long put(K key, V value) {
        state.own.stamp(key, value, state.effects);
        state.moved.add(state.own);
        return state.own.known;
    }

    /** Removes a row of our own slot. Returns the version stamped, or 0 when there was nothing to remove. */
    public long remove(K key) {
        if (own(key) == null) {
            return 0;
        }
        state.own.stamp(key, null, state.effects);
        state.moved.add(state.own);
        Row<K, V> row = state.own.rows.get(key);
        if (row != null) {
            sending.removed(row);
        }
        return state.own.known;
    }

    /**
     * Whether a live peer chases our tail in vain: who can wait writes nothing until this is over, as otherwise that
     * peer, which shows nothing before it reaches a tail, might never do.
     */
    public boolean holding() {
        return sending.holding();
    }

    @Override
    public void linked(NodeId peer) {
        unlinked(peer);
        visible(peer);
        state.peers.put(peer, new Peer<>(peer));
        announceSlotsOf(peer);
        state.send(peer, new Frame.Hello<>(state.own.slot, false));
    }

    @Override
    public void unlinked(NodeId peer) {
        Peer<K, V> gone = state.peers.remove(peer);
        if (gone != null) {
            receiving.unlinked(gone);
            announceSlotsOf(peer);
        }
    }

    @Override
    public void visible(NodeId owner) {
        if (!state.visible.add(owner) || state.settings.departed() == Departed.KEEP) {
            return;
        }
        // A new incarnation ends all doubt about its predecessors: they do not come back.
        departures.dropIf(copy -> copy.slot.owner().name().equals(owner.name())
                && copy.slot.owner().compareTo(owner) < 0);
        receiving.visible(owner);
    }

    @Override
    public void hidden(NodeId owner) {
        if (!state.visible.remove(owner) || state.settings.departed() == Departed.KEEP) {
            return;
        }
        departures.hide(owner);
    }

    /** Frames of a peer that is not linked, or has not greeted yet, are ignored. */
    @Override
    public void frame(NodeId from, Frame<K, V> frame) {
        Peer<K, V> peer = state.peers.get(from);
        if (peer != null && frame instanceof Frame.Hello<K, V> hello) {
            greeted(peer, hello);
        }
        if (peer == null || peer.table == null) {
            return;
        }
        if (frame instanceof Frame.Rows<K, V> rows) {
            receiving.rows(peer, rows);
        } else if (frame instanceof Frame.Ack<K, V> ack) {
            sending.ack(peer, ack);
        } else if (frame instanceof Frame.Want<K, V> want) {
            sending.want(peer, want);
        } else if (frame instanceof Frame.Unwant<K, V> unwant) {
            sending.unwant(peer, unwant);
        } else if (frame instanceof Frame.End<K, V> end) {
            receiving.end(peer, end);
        } else if (frame instanceof Frame.Digest<K, V> digest) {
            receiving.digest(peer, digest);
            sending.digest(peer, digest);
            state.send(peer.id, new Frame.Heard<>());
        } else if (frame instanceof Frame.Check<K, V> check) {
            receiving.check(peer, check);
            state.send(peer.id, new Frame.Heard<>());
        } else if (frame instanceof Frame.Heard) {
            sending.heard(peer);
        } else if (frame instanceof Frame.Ask<K, V> ask) {
            sending.answer(peer, ask);
        } else if (frame instanceof Frame.Answer<K, V> answer) {
            state.effects.add(new Effect.Answered<>(peer.id, answer.number(), answer.last(), answer.haves()));
        }
    }

    /** Whether {@link #frame} takes but a moment now: a few rows alone, or an acknowledgement. A last few show a whole slot. */
    public boolean isBrief(NodeId from, Frame<K, V> frame) {
        return frame instanceof Frame.Ack || receiving.isBrief(state.peers.get(from), frame);
    }

    /** Time passes, of any clock that never falls, in milliseconds. Some ten calls a second are enough. */
    public void tick(long nowMillis) {
        state.now = nowMillis;
        departures.tick();
        receiving.tick();
        sending.tick();
    }

    /** As {@link #drain}, but for frames of rows: for whoever gives more inputs before those are made. */
    public List<Effect<K, V>> happened() {
        return state.take();
    }

    /** Returns what is to be done since the last call, in order; frames are made up here, of all inputs together. */
    public List<Effect<K, V>> drain() {
        for (SlotCopy<K, V> copy : state.moved) {
            if (copy.disk != null) {
                copy.disk.tell(copy, state.effects);
            }
        }
        // After what they were folded into, which is on disk before they go.
        state.gone.forEach(slot -> state.effects.add(new Effect.Store<>(slot, 0, 0, true, List.of(), List.of())));
        state.gone.clear();
        sending.flush();
        return happened();
    }

    /** Our own slot. */
    public Slot slot() {
        return state.own.slot;
    }

    /** The version of our own last change; 0 before the first. */
    public long version() {
        return state.own.known;
    }

    /** Our own value of the key. */
    public @Nullable V own(K key) {
        return state.own.shown(key);
    }

    /** The value that is shown of the key in one slot. */
    public @Nullable V value(Slot slot, K key) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        return copy == null ? null : copy.shown(key);
    }

    /** All values that are shown of the key, by slot. Costs one look-up per slot. */
    public Map<Slot, V> values(K key) {
        Map<Slot, V> values = new LinkedHashMap<>();
        state.copies.forEach((slot, copy) -> {
            V value = copy.shown(key);
            if (value != null) {
                values.put(slot, value);
            }
        });
        return values;
    }

    /** The versions of all rows that are shown of the key, by slot. Costs one look-up per slot. */
    public Map<Slot, Long> versions(K key) {
        Map<Slot, Long> versions = new LinkedHashMap<>();
        for (SlotCopy<K, V> copy : state.copies.values()) {
            Row<K, V> row = copy.shown ? copy.rows.get(key) : null;
            if (row != null && !row.removed()) {
                versions.put(copy.slot, row.version());
            }
        }
        return versions;
    }

    /** Visits what is shown of one slot, in the order of its changes. */
    public void forEach(Slot slot, BiConsumer<K, V> visitor) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        if (copy != null && copy.shown) {
            copy.forEachLive(visitor);
        }
    }

    /** All slots of which there is a copy here, shown or not, our own first. An immutable snapshot. */
    public Set<Slot> slots() {
        return java.util.Collections.unmodifiableSet(new java.util.LinkedHashSet<>(state.copies.keySet()));
    }

    /** The slot is held here, or was folded, as its owner had it after this change; 0 when nothing is known of it. */
    public long known(Slot slot) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        return copy == null ? state.folded.getOrDefault(slot, 0L) : copy.known;
    }

    /** The version of the row that is shown of the key in one slot; 0 when it has none. */
    public long version(Slot slot, K key) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        Row<K, V> row = copy == null || !copy.shown ? null : copy.rows.get(key);
        return row == null || row.removed() ? 0 : row.version();
    }

    /** Whether what {@code owner} wrote is shown here and was caught up with since the owner was last seen to come. */
    public boolean current(NodeId owner) {
        return state.copies.values().stream().anyMatch(copy -> copy.slot.owner().equals(owner) && copy.current);
    }

    /** The slots of linked peers that speak for such a table, in an order all runs repeat. */
    public List<Slot> linkedSlots() {
        List<Slot> slots = new ArrayList<>();
        for (Peer<K, V> peer : state.peers.values()) {
            if (peer.table != null) {
                slots.add(peer.table);
            }
        }
        return slots;
    }

    /** How much of our own slot a linked peer is known to hold and show; 0 when it is not linked. */
    public long acknowledged(NodeId peer) {
        Peer<K, V> linked = state.peers.get(peer);
        return linked == null ? 0 : linked.acknowledged;
    }

    /** Asks all linked peers how far they are; their answers come as {@link Effect.Answered} with this number. */
    public void ask(long number) {
        for (Peer<K, V> peer : state.peers.values()) {
            if (peer.table != null) {
                state.send(peer.id, new Frame.Ask<>(number));
            }
        }
    }

    /** How far we are. */
    public Frontier frontier() {
        Map<Slot, Long> known = new LinkedHashMap<>();
        state.copies.values().stream().filter(copy -> copy.known > 0).forEach(copy -> known.put(copy.slot, copy.known));
        return new Frontier(known);
    }

    /** How much of our own slot at least {@code count} linked peers hold and show; 0 when fewer are linked. */
    public long acknowledgedBy(int count) {
        return sending.acknowledgedBy(count);
    }

    /** Whether every linked peer that speaks for such a table shows all that our own slot has. */
    public boolean acknowledgedByAll() {
        return sending.acknowledgedByAll() >= state.own.known;
    }

    /** How many slots are folded here. */
    public int foldedSlots() {
        return state.folded.size();
    }

    /** Rows held, removals included, in all slots. */
    public int rowCount() {
        return state.copies.values().stream().mapToInt(copy -> copy.rows.size()).sum();
    }

    /** A greeting of a table that we do not know yet: what was said before was said to nobody, or to its predecessor. */
    private void greeted(Peer<K, V> peer, Frame.Hello<K, V> hello) {
        if (hello.table().equals(peer.table)) {
            return;
        }
        Peer<K, V> fresh = new Peer<>(peer.id);
        fresh.table = hello.table();
        state.peers.put(peer.id, fresh);
        receiving.unlinked(peer);
        if (!hello.answer()) {
            state.send(peer.id, new Frame.Hello<>(state.own.slot, true));
        }
        sending.tell(fresh, state.copies.values(), true);
    }

    /** Our link to {@code owner} came or went: others want to know who makes a good relay. */
    private void announceSlotsOf(NodeId owner) {
        for (SlotCopy<K, V> copy : state.copies.values()) {
            if (copy.slot.owner().equals(owner)) {
                state.announce.add(copy);
            }
        }
    }
}
