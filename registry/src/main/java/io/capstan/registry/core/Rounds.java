package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.NameRow.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a claim of this node becomes an owner.
 *
 * <p>A claim is a pending row. Whoever stores it answers, unasked: <em>seen</em>, or <em>refused</em> with the claim
 * that stands against it. With the word of every node visible the row turns owned; with everybody's word that this is
 * stored, the caller is told yes. Two round trips, no lock.
 *
 * <p>Of two pending claims one waits, which is settled between their two nodes: the arbiter's first refusal orders
 * them (first come, first served); without it, because arbiters differ or are silent, the lower (rank, claim id)
 * waits. A node gives its word to a rival only while its own claim waits, and then its claim waits for that rival too:
 * so two nodes that see each other never both own.
 */
final class Rounds {
    private final NamesView view;
    private final Processes processes;
    private final Questions questions;
    final Answers answers;
    private final ClaimId.Source ids;
    private final ProcessText.Recent texts = new ProcessText.Recent();
    private final NamesTiming timing;
    private final Map<String, Round> rounds = new LinkedHashMap<>();
    final Queues queued = new Queues();
    private final Turns turns;

    Rounds(NamesView view, Processes processes, ClaimId.Source ids, NamesTiming timing) {
        this.view = view;
        this.processes = processes;
        this.ids = ids;
        this.timing = timing;
        this.questions = new Questions(view);
        this.answers = new Answers(view, rounds);
        this.turns = new Turns(queued, rounds, view, timing.underWayMax(), this::begin);
    }

    /** Requests wait in line behind others for the same name, and until the node has synced. */
    void submit(NameRequest request) {
        if (request instanceof NameRequest.Register register) {
            processes.retain(register.process(), register.name());
        }
        queued.add(request);
        startNext(request.name());
    }

    /** The node has synced: it may claim. */
    void open() {
        turns.open();
    }

    /** For how many names somebody waits until fewer claims are under way. */
    int held() {
        return turns.held();
    }

    /** Undecided requests, for limits. */
    int size() {
        return rounds.size() + queued.size();
    }

    private void begin(NameRequest next) {
        if (next instanceof NameRequest.Register register) {
            begin(register, view.holder(register.name()), false);
        } else if (next instanceof NameRequest.Update update) {
            update(update);
        }
    }

    /** Whoever is first in line goes on, if it may by now. */
    void startNext(String name) {
        turns.next(name);
    }

    /** In place and in its turn: what was computed from metadata of before is never written over a later one. */
    private void update(NameRequest.Update request) {
        String name = request.name();
        Claim own = view.ownOwned(name);
        Claim holder = own != null ? own : view.holder(name);
        if (holder == null) {
            view.answer(request.caller(), name, new NameOutcome.NotRegistered());
        } else if (own == null || !own.row().metadata().equals(request.expected())) {
            view.answer(request.caller(), name, new NameOutcome.Stale(holder));
        } else {
            NameRow row = own.row();
            processes.retain(row.process(), name);
            NameRequest.Register inPlace = new NameRequest.Register(
                    request.caller(), name, request.deadline(), true, row.loss(), row.process(), request.metadata());
            begin(inPlace, own, true);
        }
    }

    private void begin(NameRequest.Register request, @Nullable Claim holder, boolean update) {
        String name = request.name();
        if (holder != null && !request.takeOver()) {
            processes.release(request.process(), name);
            view.answer(request.caller(), name, new NameOutcome.Taken(holder));
            return;
        }
        Claim own = view.ownOwned(name);
        Claim base = own != null ? own : holder;
        ClaimId id = ids.next();
        ClaimId lineage = base == null ? id : base.row().lineage();
        int rank = base == null ? 0 : view.rankAbove(name, base.row());
        ProcessText process = texts.of(request.process());
        NameRow row = new NameRow(id, rank, lineage, State.PENDING, request.loss(), process, request.metadata());
        Round round = new Round(request, update, row, view.now + timing.arbiterSilence());
        rounds.put(name, round);
        if (own != null) {
            // Ours already, so nobody has to be asked, and whereis never finds the name empty in between.
            processes.release(own.row().process(), name);
            becomeOwner(round);
            return;
        }
        // Whoever was given our word goes first.
        for (Claim rival : view.rivals(name)) {
            round.waitingOn.put(rival.id(), Round.IN_VIEW);
        }
        if (round.waitingOn.isEmpty()) {
            claim(round);
        }
    }

    private void claim(Round round) {
        String name = round.request.name();
        round.phase = Round.Phase.ASKING;
        round.askAt = view.now + timing.askAgain();
        if (!round.written) {
            round.written = true;
            view.write(name, round.row);
        } else {
            questions.missing(round);
        }
        if (!orderFound(round)) {
            decide(round);
        }
    }

    /** Returns whether this ordered the round, and then whatever follows from that has been done. */
    private boolean orderFound(Round round) {
        if (round.ordered || round.phase != Round.Phase.ASKING) {
            return false;
        }
        String name = round.request.name();
        NodeId arbiter = view.arbiter(name);
        boolean skipped = view.now >= round.orderedBy;
        if (!skipped && !arbiter.equals(view.self) && !round.seen.contains(arbiter)) {
            return false;
        }
        round.ordered = true;
        answers.giveAll(name);
        decide(round);
        return true;
    }

    private void decide(Round round) {
        String name = round.request.name();
        if (view.now >= round.request.deadline() || !round.seen.containsAll(view.visible)) {
            return; // Past its deadline it is the next tick's, to withdraw.
        }
        if (round.phase == Round.Phase.ASKING) {
            becomeOwner(round);
        } else if (round.phase == Round.Phase.ANNOUNCING) {
            rounds.remove(name);
            view.answer(round.request.caller(), name, new NameOutcome.Registered(round.row.claim()));
            startNext(name);
        }
    }

    private void becomeOwner(Round round) {
        round.phase = Round.Phase.ANNOUNCING;
        round.written = true;
        round.seen.clear();
        round.askAt = view.now + timing.askAgain();
        round.row = round.row.asOwned();
        if (!round.update) {
            view.registeredBy(round.request.name(), round.request.caller().node());
        }
        view.write(round.request.name(), round.row);
        answers.giveAll(round.request.name());
        decide(round);
    }

    /** Ends the round of {@code name}, if there is one, with its row withdrawn. Returns whether there was one. */
    boolean withdraw(String name, NameOutcome outcome) {
        Round round = rounds.remove(name);
        if (round == null) {
            return false;
        }
        if (round.written) {
            view.erase(name);
        }
        processes.release(round.request.process(), name);
        view.answer(round.request.caller(), name, round.update ? new NameOutcome.NotRegistered() : outcome);
        startNext(name);
        return true;
    }

    /** Ends an update under way, if there is one; the row is somebody else's to remove. */
    void endUpdate(String name, NameOutcome outcome) {
        Round round = rounds.get(name);
        if (round != null && round.update) {
            rounds.remove(name);
            view.answer(round.request.caller(), name, outcome);
            startNext(name);
        }
    }

    /** Tells whether the owned row of this name still waits for its yes: its process was never told that it owns. */
    boolean announcing(String name) {
        Round round = rounds.get(name);
        return round != null && round.phase == Round.Phase.ANNOUNCING && !round.update;
    }

    /** A process of ours has stopped: it stands in line for this name no longer. */
    void leaving(String process, String name) {
        for (NameRequest request : queued.leaving(name, process)) {
            view.answer(request.caller(), name, new NameOutcome.Stopped());
        }
    }

    /** And what it is about to have of this name is over. */
    void stopped(String process, String name) {
        Round round = rounds.get(name);
        if (round != null && round.request.process().equals(process)) {
            withdraw(name, new NameOutcome.Stopped());
        }
    }

    void seen(NodeId from, ClaimMessage.Seen seen) {
        Round round = rounds.get(seen.name());
        if (round == null || !round.is(seen.claim()) || !view.visible.contains(from)) {
            return;
        }
        if (seen.state() == State.PENDING && round.phase != Round.Phase.ANNOUNCING) {
            round.seen.add(from);
            if (seen.yielded() != null) {
                yielded(round, seen.yielded());
            }
            if (!orderFound(round)) {
                decide(round);
            }
        } else if (seen.state() == State.OWNED && round.phase == Round.Phase.ANNOUNCING) {
            round.seen.add(from);
            decide(round);
        }
    }

    /** Both may have given way, each on another arbiter's word: then the higher goes on, and the lower knows it. */
    private void yielded(Round round, ClaimId rival) {
        round.yieldedToUs.add(rival);
        if (round.waitingOn.containsKey(rival) && above(round, rival)) {
            round.ordered = true;
            stopWaiting(round, rival);
        }
    }

    private boolean above(Round round, ClaimId rival) {
        Claim own = round.claim(view.self);
        return view.rivals(round.request.name()).stream()
                .filter(claim -> claim.is(rival))
                .anyMatch(own::above);
    }

    void refused(NodeId from, ClaimMessage.Refused refused) {
        Round round = rounds.get(refused.name());
        if (round == null || !round.is(refused.claim()) || round.phase != Round.Phase.ASKING) {
            return;
        }
        Claim standing = refused.standing();
        if (standing.row().owned()) {
            if (!round.row.supersedes(standing.row())) {
                overtaken(round, standing);
            }
            return;
        }
        boolean first = standing.above(round.claim(view.self));
        boolean yielded = !first && round.yieldedToUs.contains(standing.id());
        if (refused.ordered() && round.ordered) {
            questions.one(round, from); // It does not know that we went on without its order.
        } else if (refused.ordered() ? !yielded : first) {
            giveWay(round, standing);
        }
    }

    private void giveWay(Round round, Claim rival) {
        String name = round.request.name();
        round.phase = Round.Phase.WAITING;
        boolean inView = view.rivals(name).stream().anyMatch(claim -> claim.is(rival.id()));
        round.waitingOn.put(rival.id(), inView ? Round.IN_VIEW : view.now);
        answers.giveAll(name);
    }

    private void stopWaiting(Round round, ClaimId rival) {
        if (round.waitingOn.remove(rival) != null && round.waitingOn.isEmpty()) {
            claim(round);
        }
    }

    /** An owner stands in the way: a register is refused, a reRegister goes on top of that owner. */
    private void overtaken(Round round, Claim owner) {
        String name = round.request.name();
        if (!round.request.takeOver()) {
            withdraw(name, new NameOutcome.Taken(owner));
            return;
        }
        rounds.remove(name);
        if (round.written) {
            view.erase(name);
        }
        begin(round.request, owner, false);
    }

    /** A row of another node has changed. */
    void changed(NodeId node, String name, @Nullable NameRow before, @Nullable NameRow after) {
        Round round = rounds.get(name);
        if (round != null && round.phase != Round.Phase.ANNOUNCING) {
            Claim standing = view.standingAgainst(name, round.claim(view.self));
            if (standing != null) {
                overtaken(round, standing);
            } else {
                track(round, before, after);
            }
        }
        if (after != null) {
            answers.stored(node, name, before, after);
        }
    }

    private void track(Round round, @Nullable NameRow before, @Nullable NameRow after) {
        if (after != null) {
            round.waitingOn.computeIfPresent(after.claim(), (claim, since) -> Round.IN_VIEW);
        }
        if (before != null && (after == null || !after.claim().equals(before.claim()))) {
            stopWaiting(round, before.claim());
        } else if (after != null && after.owned()) {
            stopWaiting(round, after.claim()); // It owns, and we are on our way to take over from it.
        }
    }

    /** Leavers stop counting; should they return, they are asked anew. */
    void hidden(NodeId node) {
        rounds.values().forEach(round -> round.seen.remove(node));
        membersChanged();
    }

    void membersChanged() {
        for (Round round : new ArrayList<>(rounds.values())) {
            if (rounds.get(round.request.name()) == round && !orderFound(round)) {
                decide(round);
            }
        }
    }

    void tick() {
        for (Round round : new ArrayList<>(rounds.values())) {
            if (rounds.get(round.request.name()) != round) {
                continue;
            }
            if (view.now >= round.request.deadline() && round.update) {
                endUpdate(round.request.name(), new NameOutcome.Untold());
            } else if (view.now >= round.request.deadline()) {
                withdraw(round.request.name(), new NameOutcome.TimedOut());
            } else {
                tick(round);
            }
        }
        for (NameRequest late : queued.expired(view.now)) {
            if (late instanceof NameRequest.Register register) {
                processes.release(register.process(), late.name());
            }
            view.answer(late.caller(), late.name(), new NameOutcome.TimedOut());
            startNext(late.name());
        }
    }

    private void tick(Round round) {
        for (Map.Entry<ClaimId, Long> wait : List.copyOf(round.waitingOn.entrySet())) {
            // A claim that never came into view may belong to a node we do not see: it is not waited for.
            if (wait.getValue() != Round.IN_VIEW && view.now - wait.getValue() >= timing.askAgain()) {
                stopWaiting(round, wait.getKey());
            }
        }
        // Also while it waits: whoever gave way to it may have said so in a message that was lost.
        if (!orderFound(round) && round.written && view.now >= round.askAt) {
            round.askAt = view.now + timing.askAgain();
            questions.missing(round);
            questions.rivals(round);
        }
    }
}
