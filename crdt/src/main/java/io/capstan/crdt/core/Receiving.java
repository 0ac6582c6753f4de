package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The receiving half of a replica: which slot is fed from where, and when what came may be seen. */
final class Receiving<K, V> {
    /** How good a source is; a stream moves only to a better class, so that two equals never trade it back. */
    private static final int NO_SOURCE = 0;

    private static final int HOLDS_MORE = 1;
    private static final int LINKED_TO_OWNER = 2;
    private static final int OWNER = 3;

    /** Rows, or forgotten removals, that take but a moment. */
    private static final int BRIEF_MAX = 32;

    private final TableState<K, V> state;
    private final Map<Long, SlotCopy<K, V>> byStream = new HashMap<>();
    /** Of which a source sent what none may send: asked for again when time passes, or both would do nothing else. */
    private final Set<Slot> faulty = new LinkedHashSet<>();
    /** Never used again, on any link: a late frame of an abandoned stream is recognised. */
    private long lastStream;
    /** Set once, by the table. */
    @Nullable
    Departures<K, V> departures;

    Receiving(TableState<K, V> state) {
        this.state = state;
    }

    void digest(Peer<K, V> peer, Frame.Digest<K, V> digest) {
        for (Have have : digest.haves()) {
            if (peer.offers.size() >= state.settings.slotsMax() && !peer.offers.containsKey(have.slot())) {
                state.refuse(peer.id, "it offers more than " + state.settings.slotsMax() + " slots");
                return;
            }
            if (!state.folded.containsKey(have.slot())) {
                peer.offers.put(have.slot(), have);
                reconsider(have.slot());
            }
        }
    }

    /**
     * Compares our copies with a peer's. A difference is a bug, here or there, and is not left to grow: the owner is
     * right, and whoever is linked to it mends its own copy first; of a slot without an owner all take the join.
     */
    void check(Peer<K, V> peer, Frame.Check<K, V> check) {
        for (Mark mark : check.marks()) {
            SlotCopy<K, V> copy = state.copies.get(mark.slot());
            if (copy == null || copy.known != mark.known() || copy.rows.hash() == mark.hash()) {
                continue;
            }
            state.effects.add(new Effect.Diverged<>(peer.id, copy.slot));
            boolean judge = mark.slot().equals(peer.table) || peer.direct(copy.slot);
            boolean orphan = !judge && state.settings.departed() == TableSettings.Departed.KEEP;
            if (!copy.own && (mark.slot().equals(peer.table) || (!state.ownerLinked(copy.slot) && (judge || orphan)))) {
                abandon(copy);
                Inbound<K, V> inbound = new Inbound<>(peer.id, peer.table, copy.known);
                inbound.joins = orphan;
                copy.inbound = inbound;
                ask(copy, inbound, true);
            }
        }
    }

    /** The source has nothing for us any more. */
    void end(Peer<K, V> peer, Frame.End<K, V> end) {
        SlotCopy<K, V> copy = copyOf(peer, end.stream());
        if (copy != null) {
            peer.offers.remove(copy.slot);
            drop(copy);
            reconsider(copy.slot);
        }
    }

    void rows(Peer<K, V> peer, Frame.Rows<K, V> frame) {
        SlotCopy<K, V> copy = copyOf(peer, frame.stream());
        Inbound<K, V> inbound = copy == null ? null : copy.inbound;
        if (copy == null || inbound == null) {
            state.send(peer.id, new Frame.Unwant<>(frame.stream()));
            return;
        }
        if (frame.replace()) {
            inbound.startOver();
        }
        String fault = fault(frame, inbound, copy);
        if (fault != null) {
            state.refuse(peer.id, fault + " in " + copy.slot);
            abandon(copy);
            faulty.add(copy.slot);
            return;
        }
        inbound.stage(frame);
        if (frame.tailReached()) {
            commit(copy, inbound, frame);
        }
        state.send(peer.id, new Frame.Ack<>(frame.stream(), inbound.received, copy.known));
        // Before a first tail all sources are alike: two that were restored from disk may feed each other, and neither
        // would ever turn to a third, which told before that it holds more.
        if (frame.tailReached() && rank(peer, copy.slot, copy) == NO_SOURCE) {
            reconsider(copy.slot);
        }
    }

    /** Rows that neither finish what was staged before them, nor show, replace or forget more than a few others. */
    boolean isBrief(@Nullable Peer<K, V> peer, Frame<K, V> frame) {
        SlotCopy<K, V> copy =
                peer != null && frame instanceof Frame.Rows<K, V> rows ? copyOf(peer, rows.stream()) : null;
        Inbound<K, V> inbound = copy == null ? null : copy.inbound;
        if (copy == null || inbound == null || !(frame instanceof Frame.Rows<K, V> rows)) {
            return false;
        }
        boolean alone = !rows.replace() && !inbound.replace && inbound.staged.size() == 0;
        // Each version has one row at most.
        boolean forgetsFew = rows.floor() - copy.floor <= BRIEF_MAX;
        return copy.current && alone && forgetsFew && rows.rows().size() <= BRIEF_MAX;
    }

    void unlinked(Peer<K, V> peer) {
        for (SlotCopy<K, V> copy : state.copies.values()) {
            Inbound<K, V> inbound = copy.inbound;
            if (inbound != null && inbound.source.equals(peer.id)) {
                inbound.open = false;
                byStream.remove(inbound.stream);
            }
        }
        for (Slot slot : peer.offers.keySet()) {
            reconsider(slot);
        }
    }

    /** Looks for sources for what {@code owner} wrote. */
    void visible(NodeId owner) {
        List<Slot> slots = new ArrayList<>();
        for (Peer<K, V> peer : state.peers.values()) {
            peer.offers.keySet().stream().filter(s -> s.owner().equals(owner)).forEach(slots::add);
        }
        slots.forEach(this::reconsider);
    }

    void tick() {
        List<Slot> again = List.copyOf(faulty);
        faulty.clear();
        again.forEach(this::reconsider);
    }

    /** Ends the copy's stream, at both ends, and forgets what is staged. */
    void abandon(SlotCopy<K, V> copy) {
        Inbound<K, V> inbound = copy.inbound;
        if (inbound != null && inbound.open) {
            state.send(inbound.source, new Frame.Unwant<>(inbound.stream));
        }
        drop(copy);
    }

    /** Chooses again where the slot is fed from, and asks there. */
    void reconsider(Slot slot) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        if ((copy != null && copy.own)
                || !state.accepts(slot.owner())
                || faulty.contains(slot)
                || state.folded.containsKey(slot)
                || state.frozen.contains(slot)) {
            return;
        }
        Inbound<K, V> inbound = copy == null ? null : copy.inbound;
        Peer<K, V> feeding = inbound != null && inbound.open ? state.peers.get(inbound.source) : null;
        Peer<K, V> best = feeding;
        for (Peer<K, V> peer : state.peers.values()) {
            if (rank(peer, slot, copy) > rank(best, slot, copy)) {
                best = peer;
            }
        }
        if (best != null && best != feeding) {
            feed(slot, best);
        }
    }

    /** Takes nothing more of these slots, and again of those before. */
    void freeze(Set<Slot> slots) {
        Set<Slot> before = state.frozen;
        state.frozen = Set.copyOf(slots);
        for (Slot slot : slots) {
            SlotCopy<K, V> copy = state.copies.get(slot);
            if (copy != null && !copy.own) {
                abandon(copy);
            }
        }
        before.stream().filter(slot -> !slots.contains(slot)).sorted().forEach(this::reconsider);
    }

    private int rank(@Nullable Peer<K, V> peer, Slot slot, @Nullable SlotCopy<K, V> copy) {
        Have have = peer == null ? null : peer.offers.get(slot);
        if (peer == null || have == null) {
            return NO_SOURCE;
        }
        if (peer.id.equals(slot.owner())) {
            return OWNER;
        }
        if (have.direct()) {
            return LINKED_TO_OWNER;
        }
        return copy == null || !copy.current || have.known() > copy.known ? HOLDS_MORE : NO_SOURCE;
    }

    private void feed(Slot slot, Peer<K, V> source) {
        SlotCopy<K, V> copy = state.copies.get(slot);
        if (copy == null) {
            if (state.copies.size() >= state.settings.slotsMax()) {
                state.refuse(source.id, "no room for " + slot + ", slots are limited to " + state.settings.slotsMax());
                return;
            }
            copy = state.copy(slot, state.settings.departed() == TableSettings.Departed.KEEP);
        }
        Inbound<K, V> inbound = copy.inbound;
        if (inbound == null || !inbound.comesFrom(source)) {
            abandon(copy);
            // `received` belongs to one source; from any other one resumes at `known`.
            inbound = new Inbound<>(source.id, source.table, copy.known);
            copy.inbound = inbound;
        }
        ask(copy, inbound, false);
    }

    private void ask(SlotCopy<K, V> copy, Inbound<K, V> inbound, boolean whole) {
        inbound.stream = ++lastStream;
        inbound.open = true;
        byStream.put(inbound.stream, copy);
        state.send(inbound.source, new Frame.Want<>(inbound.stream, copy.slot, inbound.received, whole));
    }

    private void commit(SlotCopy<K, V> copy, Inbound<K, V> inbound, Frame.Rows<K, V> frame) {
        boolean offered = state.offers(copy);
        List<K> foldedKeys = copy.slot.equals(Slot.FOLDED)
                ? inbound.staged.unordered().stream().map(Row::key).toList()
                : List.of();
        long knownBefore = copy.known;
        boolean wholeBase = copy.slot.equals(Slot.FOLDED) && inbound.replace;
        Collection<Row<K, V>> baseBefore = wholeBase ? copy.rows.unordered() : List.of();
        copy.commit(inbound, frame.tail(), frame.floor(), state.effects);
        boolean cameBack = !copy.current;
        copy.current = true;
        if (cameBack) {
            copy.show(state.effects);
            state.effects.add(new Effect.CaughtUp<>(copy.slot));
        }
        state.moved.add(copy);
        if (!offered) {
            state.announce.add(copy);
        }
        if (departures != null) {
            if (wholeBase) {
                departures.replaced(copy, knownBefore, baseBefore);
            }
            departures.retire(foldedKeys);
        }
    }

    /** What is wrong with a frame, or null. No honest peer sends such; a broken one must not spoil a copy. */
    private @Nullable String fault(Frame.Rows<K, V> frame, Inbound<K, V> inbound, SlotCopy<K, V> copy) {
        if (frame.after() != inbound.received) {
            return "a gap: rows after " + frame.after() + " where " + inbound.received + " was received";
        }
        long last = frame.after();
        for (Row<K, V> row : frame.rows()) {
            if (row.version() <= last) {
                return "version " + row.version() + " after " + last;
            }
            last = row.version();
        }
        if (frame.tailReached() && (frame.tail() < last || frame.tail() < copy.known)) {
            return "a tail at " + frame.tail() + " below what was seen before";
        }
        return !frame.tailReached() && frame.rows().isEmpty() ? "a frame without rows" : null;
    }

    private @Nullable SlotCopy<K, V> copyOf(Peer<K, V> peer, long stream) {
        SlotCopy<K, V> copy = byStream.get(stream);
        return copy != null && copy.inbound != null && copy.inbound.source.equals(peer.id) ? copy : null;
    }

    private void drop(SlotCopy<K, V> copy) {
        if (copy.inbound != null) {
            byStream.remove(copy.inbound.stream);
            copy.inbound = null;
        }
    }
}
