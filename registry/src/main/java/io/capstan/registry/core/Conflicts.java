package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How several owners of one name become one.
 *
 * <p>All owners of a name that a node sees are one set. The arbiter of the name, as the merged view has it, says who of
 * the set remains. A loser then asks the winner's node, and acts only on its confirmation. From asking to acting the
 * loser confirms no win of its own; so of any number of owners, on the word of any number of arbiters, the last one
 * cannot lose. Two that have asked each other: the higher (rank, claim id) takes its asking back and confirms.
 *
 * <p>All messages may be lost. The arbiter repeats its outcome, and a loser its asking, until the rows say that it is
 * over.
 */
final class Conflicts {
    /** The arbiter's part. */
    private static final class Case {
        final List<Claim> rivals;
        boolean decided;

        @Nullable
        ClaimId winner;

        long sendAt;

        Case(List<Claim> rivals) {
            this.rivals = rivals;
        }

        /** Nobody is to remain, and some of them still do. */
        boolean sendsAway(List<Claim> owners) {
            return decided && winner == null && !owners.isEmpty() && ids(rivals).containsAll(ids(owners));
        }
    }

    /** The loser's part: one asking under way. */
    private static final class Giving {
        final Claim winner;
        final long number;
        long askAt;

        Giving(Claim winner, long number) {
            this.winner = winner;
            this.number = number;
        }
    }

    private final NamesView view;
    private final Rounds rounds;
    private final Processes processes;
    private final NamesTiming timing;
    private final Map<String, Case> cases = new LinkedHashMap<>();
    private final Map<String, Giving> givings = new LinkedHashMap<>();

    /** By name: claims that our owner was confirmed to have won over; it never loses to one of them. */
    private final Map<String, Set<ClaimId>> beaten = new HashMap<>();

    private long askings;

    Conflicts(NamesView view, Rounds rounds, Processes processes, NamesTiming timing) {
        this.view = view;
        this.rounds = rounds;
        this.processes = processes;
        this.timing = timing;
    }

    /** Looks at the owners of a name again, after any change of its rows or of the members. */
    void reassess(String name) {
        dropSuperseded(name);
        List<Claim> owners = view.owners(name);
        Giving giving = givings.get(name);
        if (giving != null && owners.stream().noneMatch(owner -> owner.is(giving.winner.id()))) {
            givings.remove(name); // Whoever was to win is gone.
        }
        if (view.ownOwned(name) == null) {
            givings.remove(name);
            beaten.remove(name);
        }
        Case known = cases.get(name);
        if (known != null && view.isArbiter(name) && known.sendsAway(owners)) {
            return; // Or whoever was not reached, as it did not see us yet, would stay as the only one.
        }
        if (owners.size() < 2 || !view.isArbiter(name)) {
            cases.remove(name);
        } else if (known == null || !ids(known.rivals).equals(ids(owners))) {
            open(name, owners);
        }
    }

    /** Within one lineage the higher rank wins without a resolver, and without a word: reRegister took the name. */
    private void dropSuperseded(String name) {
        Claim own = view.ownOwned(name);
        if (own == null || view.owners(name).contains(own)) {
            return;
        }
        Claim heir = view.holder(name);
        if (heir != null && rounds.announcing(name)) {
            rounds.withdraw(name, new NameOutcome.Taken(heir));
        } else {
            forget(name, own);
        }
    }

    private void open(String name, List<Claim> rivals) {
        Case opened = new Case(rivals);
        cases.put(name, opened);
        Claim highest = rivals.get(rivals.size() - 1);
        switch (highest.row().loss()) {
            case KILL_ONE, NOTIFY_ONE -> decide(name, opened, highest.id());
            case NOTIFY_BOTH -> decide(name, opened, null);
            case CUSTOM -> view.emit(new NamesEffect.Resolve(name, rivals));
        }
    }

    /** The user's resolver has spoken; it counts if the conflict is still the one it was asked about. */
    void resolved(String name, List<Claim> rivals, @Nullable ClaimId winner) {
        Case known = cases.get(name);
        if (known != null && !known.decided && ids(known.rivals).equals(ids(rivals))) {
            boolean named = winner != null && rivals.stream().anyMatch(rival -> rival.is(winner));
            decide(name, known, named ? winner : null);
        }
    }

    private void decide(String name, Case decided, @Nullable ClaimId winner) {
        decided.decided = true;
        decided.winner = winner;
        tell(name, decided);
    }

    private void tell(String name, Case decided) {
        decided.sendAt = view.now + timing.askAgain();
        ClaimMessage.Outcome outcome = new ClaimMessage.Outcome(name, ids(decided.rivals), decided.winner);
        boolean ours = false;
        for (Claim rival : decided.rivals) {
            if (rival.node().equals(view.self)) {
                ours = true;
            } else {
                view.send(rival.node(), outcome);
            }
        }
        if (ours) {
            outcome(outcome); // Last: it may end the conflict.
        }
    }

    void outcome(ClaimMessage.Outcome outcome) {
        String name = outcome.name();
        Claim own = view.ownOwned(name);
        ClaimId winnerId = outcome.winner();
        if (own == null || !outcome.rivals().contains(own.id()) || own.id().equals(winnerId)) {
            return;
        }
        if (winnerId == null) {
            lose(name, own, null);
            return;
        }
        Giving giving = givings.get(name);
        if (giving != null && giving.winner.is(winnerId)) {
            return;
        }
        boolean won = beaten.getOrDefault(name, Set.of()).contains(winnerId);
        for (Claim winner : view.owners(name)) {
            if (winner.is(winnerId) && won) {
                // It may have forgotten that it asked, as we were out of its sight meanwhile: else both stay for ever.
                view.send(winner.node(), new ClaimMessage.Outcome(name, outcome.rivals(), own.id()));
            } else if (winner.is(winnerId)) {
                Giving begun = new Giving(winner, ++askings);
                givings.put(name, begun);
                ask(name, own, begun);
            }
        }
    }

    private void ask(String name, Claim own, Giving giving) {
        giving.askAt = view.now + timing.askAgain();
        view.send(giving.winner.node(), new ClaimMessage.Yield(name, own, giving.winner.id(), giving.number));
    }

    /** A loser's node asks whether our owner has won. */
    void asked(NodeId from, ClaimMessage.Yield asking) {
        String name = asking.name();
        Claim own = view.ownOwned(name);
        if (own == null || !own.is(asking.winner())) {
            return;
        }
        if (rounds.announcing(name)) {
            return; // At its deadline it is withdrawn, and then nobody would be left: whoever asks us asks again.
        }
        if (givings.containsKey(name)) {
            if (!own.above(asking.loser())) {
                return; // We may be losing ourselves: whoever asks us asks again.
            }
            givings.remove(name);
        }
        beaten.computeIfAbsent(name, absent -> new HashSet<>())
                .add(asking.loser().id());
        view.send(from, new ClaimMessage.Won(name, asking.loser().id(), own, asking.number()));
    }

    void won(ClaimMessage.Won won) {
        Claim own = view.ownOwned(won.name());
        Giving giving = givings.get(won.name());
        // An answer to an asking that was taken back must not count: we may have confirmed a win since.
        if (own != null && own.is(won.loser()) && giving != null && giving.number == won.number()) {
            lose(won.name(), own, won.winner());
        }
    }

    private void lose(String name, Claim own, @Nullable Claim winner) {
        if (rounds.announcing(name)) {
            // Its process was never told that it has the name: the refusal says it all.
            rounds.withdraw(name, winner == null ? new NameOutcome.NotRegistered() : new NameOutcome.Taken(winner));
        } else {
            NodeId registrar = view.registrar(name);
            view.erase(name);
            view.emit(new NamesEffect.Lost(name, own.row(), winner)); // While its process is still known to be one.
            if (!registrar.equals(view.self)) {
                view.send(registrar, new ClaimMessage.Told(name, own.row(), winner));
            }
            release(name, own);
            rounds.endUpdate(name, new NameOutcome.NotRegistered());
        }
        reassess(name);
    }

    /** Removes our owned row. */
    void forget(String name, Claim own) {
        view.erase(name);
        release(name, own);
        rounds.endUpdate(name, new NameOutcome.NotRegistered());
    }

    private void release(String name, Claim own) {
        processes.release(own.row().process(), name);
        givings.remove(name);
        beaten.remove(name);
    }

    /** The members have changed, and with them arbiters. */
    void membersChanged(Iterable<String> contested) {
        contested.forEach(this::reassess);
    }

    void tick() {
        for (Map.Entry<String, Case> each : new ArrayList<>(cases.entrySet())) {
            Case known = each.getValue();
            if (known.decided && view.now >= known.sendAt) {
                // Our own owner may have got a new claim in place: then the old set would be told for ever, in vain.
                reassess(each.getKey());
                if (cases.get(each.getKey()) == known) {
                    tell(each.getKey(), known);
                }
            }
        }
        for (Map.Entry<String, Giving> each : new ArrayList<>(givings.entrySet())) {
            Claim own = view.ownOwned(each.getKey());
            if (own != null && view.now >= each.getValue().askAt) {
                ask(each.getKey(), own, each.getValue());
            }
        }
    }

    private static List<ClaimId> ids(List<Claim> claims) {
        return claims.stream().map(Claim::id).toList();
    }
}
