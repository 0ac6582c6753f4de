package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names as one node has them: inputs in, ordered effects out.
 *
 * <p>Give it inputs in the order in which they happen, then {@link #drain} and perform the effects in order.
 * Deterministic. Not thread-safe.
 */
public final class NamesCore implements RowCore<String, NameRow, NamesEffect> {
    private record Forwarded(NodeId to, NameRequest request) {}

    private final NamesView view;
    private final Processes processes;
    private final Rounds rounds;
    private final Conflicts conflicts;
    private final NamesTiming timing;
    private final Set<NodeId> caughtUp = new HashSet<>();
    private final Map<Long, Forwarded> forwarded = new LinkedHashMap<>();
    private long startedAt = -1;
    private boolean open;
    private boolean leaving;

    /**
     * Starts with nobody visible.
     *
     * @param slotHigh with {@code slotLow} the random bits of this start's slot: they make its claim ids unique
     */
    public NamesCore(NodeId self, long slotHigh, long slotLow, NamesTiming timing) {
        this.view = new NamesView(self);
        this.processes = new Processes(view);
        this.timing = timing;
        this.rounds = new Rounds(view, processes, new ClaimId.Source(slotHigh, slotLow), timing);
        this.conflicts = new Conflicts(view, rounds, processes, timing);
    }

    @Override
    public List<NamesEffect> drain() {
        return view.drain();
    }

    /** What time it is, before an input that may be late. Only {@link #tick} acts on it. */
    public void time(long nowMillis) {
        view.now = nowMillis;
    }

    /** The first call starts the node's time. */
    @Override
    public void tick(long nowMillis) {
        view.now = nowMillis;
        if (startedAt < 0) {
            startedAt = nowMillis;
        }
        openIfSynced();
        view.tick(timing.askAgain());
        rounds.tick();
        conflicts.tick();
        for (Forwarded each : new ArrayList<>(forwarded.values())) {
            if (nowMillis >= each.request().deadline()) {
                unanswered(each);
            }
        }
    }

    /** A caller of this node wants something done by a process or owner of {@code node}. */
    public void request(NameRequest request, NodeId node) {
        if (node.equals(view.self)) {
            submit(request);
        } else if (view.visible.contains(node)) {
            forwarded.put(request.caller().number(), new Forwarded(node, request));
            view.send(node, new ClaimMessage.Forward(request, Math.max(1, request.deadline() - view.now)));
        } else {
            view.answer(request.caller(), request.name(), new NameOutcome.Unknown());
        }
    }

    /** As {@link #request(NameRequest, NodeId)}: register is for a process of this node; all else finds the owner. */
    public void request(NameRequest request) {
        Claim holder = request instanceof NameRequest.Register ? null : view.holder(request.name());
        request(request, holder == null ? view.self : holder.node());
    }

    private void submit(NameRequest request) {
        if (leaving && request instanceof NameRequest.Register) {
            view.answer(request.caller(), request.name(), new NameOutcome.Stopped());
        } else if (request instanceof NameRequest.Unregister unregister) {
            unregister(unregister);
        } else {
            rounds.submit(request);
        }
    }

    private void unregister(NameRequest.Unregister request) {
        String name = request.name();
        Claim own = view.ownOwned(name);
        if (own != null && !rounds.withdraw(name, new NameOutcome.NotRegistered())) {
            conflicts.forget(name, own);
        }
        conflicts.reassess(name);
        view.answer(request.caller(), name, new NameOutcome.Unregistered(own != null));
    }

    @Override
    public void visible(NodeId node) {
        if (view.visible.add(node)) {
            conflicts.membersChanged(view.contested());
        }
    }

    @Override
    public void hidden(NodeId node) {
        if (!view.visible.remove(node)) {
            return;
        }
        caughtUp.remove(node);
        view.hidden(node);
        rounds.hidden(node);
        conflicts.membersChanged(view.contested());
        for (Forwarded each : new ArrayList<>(forwarded.values())) {
            if (each.to().equals(node)) {
                unanswered(each);
            }
        }
        openIfSynced();
    }

    @Override
    public void caughtUp(NodeId node) {
        caughtUp.add(node);
        openIfSynced();
    }

    // The join barrier: who has not learned the names must not claim one.
    private void openIfSynced() {
        boolean alone = view.visible.isEmpty();
        boolean waited = startedAt >= 0 && view.now - startedAt >= timing.alone();
        if (!open && (alone ? waited : caughtUp.containsAll(view.visible))) {
            open = true;
            rounds.open();
        }
    }

    @Override
    public void changed(NodeId node, String name, @Nullable NameRow before, @Nullable NameRow after) {
        view.set(node, name, after);
        rounds.changed(node, name, before, after);
        conflicts.reassess(name);
        rounds.startNext(name); // Only now: an owner of ours that is superseded is gone.
    }

    /** A node says something. What comes from a node that is not visible is ignored: it could not be answered. */
    public void message(NodeId from, ClaimMessage message) {
        if (!view.visible.contains(from)) {
            return;
        }
        if (message instanceof ClaimMessage.Seen seen) {
            rounds.seen(from, seen);
        } else if (message instanceof ClaimMessage.Refused refused) {
            rounds.refused(from, refused);
        } else if (message instanceof ClaimMessage.Ask ask) {
            rounds.answers.asked(from, ask);
        } else if (message instanceof ClaimMessage.Outcome outcome) {
            conflicts.outcome(outcome);
        } else if (message instanceof ClaimMessage.Yield yield) {
            conflicts.asked(from, yield);
        } else if (message instanceof ClaimMessage.Won won) {
            conflicts.won(won);
        } else if (message instanceof ClaimMessage.Forward forward) {
            submit(arrived(from, forward));
        } else if (message instanceof ClaimMessage.Told told) {
            view.emit(new NamesEffect.Lost(told.name(), told.loser(), told.winner()));
        } else if (message instanceof ClaimMessage.Reply reply) {
            replied(reply);
        }
    }

    /** The caller is whoever sent it, and the time left counts from now: clocks of two nodes have nothing in common. */
    private NameRequest arrived(NodeId from, ClaimMessage.Forward forward) {
        NameRequest request = forward.request();
        Caller caller = new Caller(from, request.caller().number());
        long deadline = view.now + forward.within();
        if (request instanceof NameRequest.Register register) {
            return new NameRequest.Register(
                    caller,
                    register.name(),
                    deadline,
                    register.takeOver(),
                    register.loss(),
                    register.process(),
                    register.metadata());
        }
        if (request instanceof NameRequest.Update update) {
            return new NameRequest.Update(caller, update.name(), deadline, update.expected(), update.metadata());
        }
        return new NameRequest.Unregister(caller, request.name(), deadline);
    }

    private void replied(ClaimMessage.Reply reply) {
        Forwarded answered = forwarded.remove(reply.caller().number());
        if (answered != null) {
            boolean late = view.now >= answered.request().deadline();
            view.answer(answered.request().caller(), reply.name(), late ? new NameOutcome.Unknown() : reply.outcome());
        }
    }

    private void unanswered(Forwarded lost) {
        forwarded.remove(lost.request().caller().number());
        view.answer(lost.request().caller(), lost.request().name(), new NameOutcome.Unknown());
    }

    /** A watched process of this node has stopped: its names are free, at once. */
    public void stopped(String process) {
        List<String> names = processes.stopped(process);
        // First: the place of one that is withdrawn is not to go to another of the same process.
        names.forEach(name -> rounds.leaving(process, name));
        for (String name : names) {
            rounds.stopped(process, name);
            Claim own = view.ownOwned(name);
            if (own != null && own.row().of(process)) {
                conflicts.forget(name, own);
            }
            conflicts.reassess(name);
            rounds.startNext(name); // Behind one that has left the line.
        }
    }

    /**
     * This node is about to stop: to the others its processes have stopped. Their names are free, and whoever claims one for them,
     * from here or elsewhere, is told so.
     */
    public void leave() {
        leaving = true;
        processes.all().forEach(this::stopped);
    }

    /**
     * The user's resolver has answered a {@link NamesEffect.Resolve}.
     *
     * @param winner who keeps the name; null, or whoever is not among {@code rivals}: nobody does
     */
    public void resolved(String name, List<Claim> rivals, @Nullable ClaimId winner) {
        conflicts.resolved(name, rivals, winner);
    }

    /** Whom whereis answers; null: nobody. */
    public @Nullable Claim holder(String name) {
        return view.holder(name);
    }

    /** The claim of this node's process that has the name, as far as this node knows. */
    public @Nullable Claim owned(String name) {
        return view.ownOwned(name);
    }

    /** Whether there is one. */
    public boolean owns(String name) {
        return owned(name) != null;
    }

    /** Whether several owners of the name, none a reRegister of another, are known here. */
    public boolean contested(String name) {
        return view.owners(name).size() > 1;
    }

    /** Whether this node has learned the names of all nodes that it sees. */
    public boolean synced() {
        return open && caughtUp.containsAll(view.visible);
    }

    /** Requests that wait in line for the name, and names that wait for its place: one word about it may decide them all. */
    public int waiting(String name) {
        return rounds.queued.size(name) + rounds.held();
    }

    /** Requests under way, for limits. */
    public int undecided() {
        return rounds.size() + forwarded.size();
    }
}
