package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.NameRow.State;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What this node says to the others' pending claims. */
final class Answers {
    private final NamesView view;
    private final Map<String, Round> rounds;

    Answers(NamesView view, Map<String, Round> rounds) {
        this.view = view;
        this.rounds = rounds;
    }

    /** Answers all pending claims of a name: our own claim has moved on, so what could not be said may be now. */
    void giveAll(String name) {
        for (Claim rival : view.rivals(name)) {
            give(name, rival, false);
        }
    }

    /**
     * Answers one pending claim, or keeps silent until our own claim knows whether it goes first.
     *
     * @param ordered the rival heeds no order of ours any more. To insist on it would stop for good whoever had to go on
     *     without us, and with him all who wait for him
     */
    private void give(String name, Claim rival, boolean ordered) {
        Claim owner = view.standingAgainst(name, rival);
        if (owner != null) {
            refuse(name, rival, owner, false);
            return;
        }
        Round own = rounds.get(name);
        if (own != null && own.phase == Round.Phase.ASKING) {
            if (own.ordered) {
                refuse(name, rival, own.claim(view.self), false);
            }
            return;
        }
        Claim earlier = ordered ? null : earlier(name, rival);
        if (earlier != null) {
            refuse(name, rival, earlier, true);
            return;
        }
        ClaimId yielded = null;
        if (own != null && own.phase == Round.Phase.WAITING) {
            own.waitFor(rival, view.self);
            yielded = own.row.claim();
        }
        view.send(rival.node(), new ClaimMessage.Seen(name, rival.id(), State.PENDING, yielded));
    }

    /** Answers, unasked, a row that is stored here now. */
    void stored(NodeId node, String name, @Nullable NameRow before, NameRow after) {
        if (!after.owned()) {
            give(name, new Claim(node, after), false);
        } else if (before != null) {
            // Only whoever was there for the claim reports unasked: a heal of ten thousand names needs no reports.
            view.send(node, new ClaimMessage.Seen(name, after.claim(), State.OWNED, null));
        }
    }

    /** The others' questions about their own claims. */
    void asked(NodeId from, ClaimMessage.Ask ask) {
        NameRow row = view.row(from, ask.name());
        if (row == null || !row.is(ask.claim())) {
            return;
        }
        if (row.owned()) {
            view.send(from, new ClaimMessage.Seen(ask.name(), ask.claim(), State.OWNED, null));
        } else {
            give(ask.name(), new Claim(from, row), ask.ordered());
        }
    }

    /** The pending claim that came here before {@code rival}, if we are to order them. */
    private @Nullable Claim earlier(String name, Claim rival) {
        List<Claim> rivals = view.rivals(name);
        boolean orders = !rivals.isEmpty() && !rivals.get(0).is(rival.id()) && view.isArbiter(name);
        return orders ? rivals.get(0) : null;
    }

    private void refuse(String name, Claim rival, Claim standing, boolean ordered) {
        view.send(rival.node(), new ClaimMessage.Refused(name, rival.id(), standing, ordered));
    }
}
