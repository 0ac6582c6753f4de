package io.capstan.crdt.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The sending half of a replica: streams that peers asked for, what they acknowledged, and what they are told. */
final class Sending<K, V> {
    /** Keeps a digest below one frame of the mesh, with the longest node names. */
    static final int HAVES_PER_DIGEST = 500;

    /** Digests and checks under way to one peer: enough to fill a fast link, and nothing to a silent one. */
    static final int UNHEARD_MAX = 8;

    private final TableState<K, V> state;
    /** Our own removals that are not forgotten yet, oldest first. */
    private final Deque<Removal<K, V>> removals = new ArrayDeque<>();

    private long announcedAt;
    private long checkedAt;

    private record Removal<K, V>(Row<K, V> row, long at) {}

    Sending(TableState<K, V> state) {
        this.state = state;
    }

    void removed(Row<K, V> row) {
        removals.add(new Removal<>(row, state.now));
    }

    void want(Peer<K, V> peer, Frame.Want<K, V> want) {
        SlotCopy<K, V> copy = state.copies.get(want.slot());
        if (copy == null || !state.offers(copy)) {
            peer.told.remove(want.slot());
            state.send(peer.id, new Frame.End<>(want.stream()));
            return;
        }
        peer.open(new Outbound<>(want, copy, state.now));
    }

    /** What a peer tells of our own slot is an acknowledgement; who has lost an owner is told who holds its slots. */
    void digest(Peer<K, V> peer, Frame.Digest<K, V> digest) {
        List<SlotCopy<K, V>> lostTheirOwner = new ArrayList<>();
        for (Have have : digest.haves()) {
            SlotCopy<K, V> copy = state.copies.get(have.slot());
            if (copy != null && copy.own) {
                acknowledged(peer, have.known());
            } else if (copy != null && !have.direct()) {
                lostTheirOwner.add(copy);
            }
        }
        tell(peer, lostTheirOwner, true);
    }

    void unwant(Peer<K, V> peer, Frame.Unwant<K, V> unwant) {
        Outbound<K, V> outbound = peer.stream(unwant.stream());
        if (outbound != null) {
            peer.close(outbound);
        }
    }

    void ack(Peer<K, V> peer, Frame.Ack<K, V> ack) {
        Outbound<K, V> outbound = peer.stream(ack.stream());
        if (outbound == null || outbound.inFlight == 0) {
            return; // Of a stream that was ended meanwhile.
        }
        outbound.acknowledged(state.now);
        peer.inFlight--;
        if (outbound.copy.own) {
            acknowledged(peer, ack.known());
        }
    }

    /** What a peer holds of our own slot, by whichever way it came there. */
    void acknowledged(Peer<K, V> peer, long known) {
        if (known > peer.acknowledged && known <= state.own.known) {
            peer.acknowledged = known;
            state.effects.add(new Effect.Acknowledged<>(peer.id, known));
        }
    }

    /** Nobody may have the copy from us any more. */
    void withdraw(SlotCopy<K, V> copy) {
        for (Peer<K, V> peer : state.peers.values()) {
            peer.told.remove(copy.slot);
            Outbound<K, V> outbound = peer.streamOf(copy.slot);
            if (outbound != null) {
                peer.close(outbound);
                state.send(peer.id, new Frame.End<>(outbound.stream));
            }
        }
    }

    /** How much of our own slot every linked peer holds; no limit when there is none. */
    long acknowledgedByAll() {
        long all = Long.MAX_VALUE;
        for (Peer<K, V> peer : state.peers.values()) {
            all = peer.table == null ? all : Math.min(all, peer.acknowledged);
        }
        return all;
    }

    /** How much of our own slot at least so many linked peers hold. */
    long acknowledgedBy(int count) {
        return state.peers.values().stream()
                .map(peer -> peer.acknowledged)
                .sorted(Comparator.reverseOrder())
                .skip(count - 1L)
                .findFirst()
                .orElse(0L);
    }

    /** How far we are with all that others may have from us, which is all that our readers see. */
    void answer(Peer<K, V> peer, Frame.Ask<K, V> ask) {
        List<Have> haves = new ArrayList<>();
        for (SlotCopy<K, V> copy : state.copies.values()) {
            if (copy.known > 0 && state.offers(copy)) {
                if (haves.size() == HAVES_PER_DIGEST) {
                    state.send(peer.id, new Frame.Answer<>(ask.number(), false, haves));
                    haves = new ArrayList<>();
                }
                haves.add(new Have(copy.slot, copy.known, state.direct(copy.slot)));
            }
        }
        state.send(peer.id, new Frame.Answer<>(ask.number(), true, haves));
    }

    void tick() {
        forget();
        for (Peer<K, V> peer : state.peers.values()) {
            Outbound<K, V> own = peer.streamOf(state.own.slot);
            if (own != null) {
                own.tick(state.now);
            }
        }
        if (state.now - announcedAt >= state.settings.announceEvery().toMillis()) {
            announcedAt = state.now;
            state.peers.values().forEach(peer -> tell(peer, state.copies.values(), true));
        }
        boolean again = state.now - checkedAt >= state.settings.checkEvery().toMillis();
        if (again) {
            checkedAt = state.now;
        }
        for (Peer<K, V> peer : state.peers.values()) {
            peer.checked = again ? 0 : peer.checked;
            check(peer);
        }
    }

    /** Tells what the next of our copies come to, as many as one frame takes. */
    private void check(Peer<K, V> peer) {
        if (peer.table == null || peer.unheard >= UNHEARD_MAX || peer.checked >= state.copies.size()) {
            return;
        }
        List<Mark> marks = new ArrayList<>();
        state.copies.values().stream()
                .skip(peer.checked)
                .limit(HAVES_PER_DIGEST)
                .filter(state::offers)
                .forEach(copy -> marks.add(new Mark(copy.slot, copy.known, copy.rows.hash())));
        peer.checked += HAVES_PER_DIGEST;
        if (!marks.isEmpty()) {
            peer.unheard++;
            state.send(peer.id, new Frame.Check<>(marks));
        }
    }

    /** The peer has worked off a digest or a check: it may be told what had to wait. */
    void heard(Peer<K, V> peer) {
        peer.unheard = Math.max(0, peer.unheard - 1);
        if (peer.toBeTold) {
            peer.toBeTold = false;
            tell(peer, state.copies.values(), true);
        }
    }

    boolean holding() {
        long holdMillis = state.settings.holdAfter().toMillis();
        for (Peer<K, V> peer : state.peers.values()) {
            Outbound<K, V> own = peer.streamOf(state.own.slot);
            if (own != null && own.chasing(state.now, holdMillis)) {
                return true;
            }
        }
        return false;
    }

    /** Tells and sends whatever may go now. */
    void flush() {
        for (SlotCopy<K, V> copy : state.moved) {
            state.peers.values().forEach(peer -> wake(peer, copy));
        }
        state.moved.clear();
        if (!state.announce.isEmpty()) {
            state.peers.values().forEach(peer -> tell(peer, state.announce, false));
            state.announce.clear();
        }
        state.peers.values().forEach(this::pump);
    }

    /** Tells what the peer has not been told; a higher {@code known} alone only when {@code knownToo}. */
    void tell(Peer<K, V> peer, Iterable<SlotCopy<K, V>> copies, boolean knownToo) {
        List<Have> haves = new ArrayList<>();
        if (peer.table == null) {
            return;
        }
        for (SlotCopy<K, V> copy : copies) {
            if (peer.unheard >= UNHEARD_MAX) {
                peer.toBeTold = true;
                return;
            }
            Have have = new Have(copy.slot, copy.known, state.direct(copy.slot));
            Have told = peer.told.get(copy.slot);
            // Who is linked to the owner hears of new changes there: a full mesh announces nothing.
            boolean interested = knownToo && !copy.own && !peer.direct(copy.slot);
            boolean news =
                    told == null || told.direct() != have.direct() || (interested && told.known() != have.known());
            if (news && state.offers(copy)) {
                peer.told.put(copy.slot, have);
                haves.add(have);
            }
            if (haves.size() == HAVES_PER_DIGEST) {
                tell(peer, haves);
                haves = new ArrayList<>();
            }
        }
        if (!haves.isEmpty()) {
            tell(peer, haves);
        }
    }

    private void tell(Peer<K, V> peer, List<Have> haves) {
        peer.unheard++;
        state.send(peer.id, new Frame.Digest<>(haves));
    }

    private void wake(Peer<K, V> peer, SlotCopy<K, V> copy) {
        Outbound<K, V> outbound = peer.streamOf(copy.slot);
        if (outbound == null) {
            return;
        }
        // Forgotten removals above what was sent would be missed: what the peer staged may hold rows now gone.
        if (outbound.sent > 0 && outbound.sent < copy.floor) {
            outbound.startOver();
        }
        peer.ready.add(outbound);
    }

    /** The first frame leaves at once; while the window is full, rows coalesce where they are. */
    private void pump(Peer<K, V> peer) {
        while (peer.inFlight < state.settings.unackedFramesMax() && !peer.ready.isEmpty()) {
            Iterator<Outbound<K, V>> turns = peer.ready.iterator();
            Outbound<K, V> outbound = turns.next();
            turns.remove();
            if (outbound.hasWork()) {
                state.send(peer.id, outbound.next(state.measure, state.settings.frameBytesMax()));
                peer.inFlight++;
                peer.ready.add(outbound); // To the back: a busy slot does not starve the others.
            }
        }
    }

    /** Safe whenever it happens (who is below the floor takes the slot whole); the rule only keeps that rare. */
    private void forget() {
        long acknowledgedByAll = acknowledgedByAll();
        long floor = 0;
        while (!removals.isEmpty()) {
            Removal<K, V> oldest = removals.peek();
            boolean young =
                    state.now - oldest.at() < state.settings.forgetAfter().toMillis();
            if (young || oldest.row().version() > acknowledgedByAll) {
                break;
            }
            floor = oldest.row().version();
            removals.remove();
        }
        if (floor > state.own.floor) {
            state.own.raiseFloor(floor);
            state.moved.add(state.own);
        }
    }
}
