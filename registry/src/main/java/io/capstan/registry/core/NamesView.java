package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows: who is visible, and the visible nodes' rows, our own among them.
 *
 * <p>Also the one way out: whatever the parts of the names ask for is collected here, in order.
 */
final class NamesView {
    final NodeId self;
    final TreeSet<NodeId> visible = new TreeSet<>();

    /** By name of ours that another node asked for: that node, which knows what to tell the owner when he loses it. */
    private final Map<String, NodeId> registrars = new HashMap<>();

    /** The time of the latest tick. */
    long now;

    private final ClaimsByName claims = new ClaimsByName();

    /**
     * Owners whose rows are gone, and who are shown all the same: see {@link #succeeded}.
     *
     * @param since when their row went
     */
    private record Former(Claim claim, long since) {}

    private final Map<String, Former> formers = new LinkedHashMap<>();

    /** Names with more than one owner. */
    private final TreeSet<String> contested = new TreeSet<>();

    private final List<NamesEffect> effects = new ArrayList<>();

    NamesView(NodeId self) {
        this.self = self;
    }

    /** Who knows what to tell the owner of this name of ours when he loses it. */
    NodeId registrar(String name) {
        return registrars.getOrDefault(name, self);
    }

    void registeredBy(String name, NodeId node) {
        if (node.equals(self)) {
            registrars.remove(name);
        } else {
            registrars.put(name, node);
        }
    }

    void emit(NamesEffect effect) {
        effects.add(effect);
    }

    void send(NodeId peer, ClaimMessage message) {
        emit(new NamesEffect.Send(peer, message));
    }

    void answer(Caller caller, String name, NameOutcome outcome) {
        if (caller.node().equals(self)) {
            emit(new NamesEffect.Answer(caller.number(), outcome));
        } else {
            send(caller.node(), new ClaimMessage.Reply(name, caller, outcome));
        }
    }

    List<NamesEffect> drain() {
        List<NamesEffect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }

    /** Writes our own row, here and in the table. */
    void write(String name, NameRow row) {
        emit(new NamesEffect.Write(name, row));
        set(self, name, row);
    }

    /** Removes our own row, here and in the table. */
    void erase(String name) {
        registrars.remove(name);
        emit(new NamesEffect.Erase(name));
        set(self, name, null);
    }

    /** Takes a row as it is now; null: it is gone, or its node is hidden. Shows the new owner if that changes him. */
    void set(NodeId node, String name, @Nullable NameRow row) {
        Claim before = holder(name);
        claims.set(node, name, row);
        List<Claim> owners = owners(name);
        if (owners.size() > 1) {
            contested.add(name);
        } else {
            contested.remove(name);
        }
        Claim after = owners.isEmpty() ? null : owners.get(owners.size() - 1);
        Former former = formers.remove(name);
        Claim shown = former == null ? before : former.claim();
        if (shown != null && after == null && !node.equals(self) && succeeded(shown, name)) {
            formers.put(name, former == null ? new Former(shown, now) : former);
        } else if (!Objects.equals(shown, after)) {
            emit(new NamesEffect.Show(name, after));
        }
    }

    /**
     * Whether somebody is on his way to take over from an owner whose row is gone. That row and the successor's are two
     * nodes' to change, and come by two ways: here the first may be gone before the other owns, and the name, which was
     * somebody's at every moment, must not be shown as free. Not of our own row: before that gives way to a successor we
     * have his, so if he does not own by then ours was given up, or ended, and the name is free.
     */
    private boolean succeeded(Claim owner, String name) {
        return claims.of(name).stream()
                .anyMatch(claim -> !claim.row().owned() && claim.row().supersedes(owner.row()));
    }

    /** A node is gone, and with it all that it owned: nobody took that over. */
    void hidden(NodeId node) {
        endFormers(former -> former.claim().node().equals(node));
    }

    /**
     * Whoever has not been succeeded within {@code patience} was not going to be soon: he may have ended by himself, while
     * a takeover waits for others' words until its deadline. One whose two rows come here farther apart is shown as if the
     * name had been free between them; whoever claims it then is refused.
     */
    void tick(long patience) {
        endFormers(former -> now - former.since() >= patience);
    }

    private void endFormers(Predicate<Former> which) {
        formers.entrySet().removeIf(each -> {
            boolean over = which.test(each.getValue());
            if (over) {
                emit(new NamesEffect.Show(each.getKey(), null));
            }
            return over;
        });
    }

    /** A snapshot of the names in conflict. */
    List<String> contested() {
        return List.copyOf(contested);
    }

    @Nullable
    NameRow row(NodeId node, String name) {
        return claims.row(node, name);
    }

    /** Our own row when it is an owner's. */
    @Nullable
    Claim ownOwned(String name) {
        NameRow row = row(self, name);
        return row != null && row.owned() ? new Claim(self, row) : null;
    }

    /** The others' pending claims in the order in which they came. */
    List<Claim> rivals(String name) {
        List<Claim> pending = new ArrayList<>(claims.of(name));
        pending.removeIf(claim -> claim.row().owned() || claim.node().equals(self));
        return pending;
    }

    /**
     * Whether another node's claim is on its way to take over from our owner. A row in place of ours would go above all
     * ranks at once, and of many, one after the other, each would send that claim back to its start: they wait for it. It
     * soon owns, ends, or is hidden.
     */
    boolean takeOverComing(String name) {
        Claim own = ownOwned(name);
        return own != null
                && rivals(name).stream()
                        .anyMatch(
                                rival -> rival.row().lineage().equals(own.row().lineage()));
    }

    /** All owners that no other supersedes, ascending; more than one is a conflict. */
    List<Claim> owners(String name) {
        List<Claim> owned = new ArrayList<>(claims.of(name));
        owned.removeIf(claim -> !claim.row().owned());
        if (owned.size() > 1) {
            List<Claim> all = List.copyOf(owned);
            owned.removeIf(claim -> all.stream().anyMatch(other -> other.row().supersedes(claim.row())));
            Collections.sort(owned);
        }
        return owned;
    }

    /** Whom whereis answers: the same on all nodes that see the same rows, also during a conflict. */
    @Nullable
    Claim holder(String name) {
        List<Claim> owners = owners(name);
        return owners.isEmpty() ? null : owners.get(owners.size() - 1);
    }

    /**
     * Above the owner and above all who are on their way to supersede him: some of them have our word already, and
     * two owners of one rank would be a conflict.
     */
    int rankAbove(String name, NameRow base) {
        int highest = base.rank();
        for (Claim rival : rivals(name)) {
            if (rival.row().supersedes(base)) {
                highest = Math.max(highest, rival.row().rank());
            }
        }
        return highest + 1;
    }

    /** An owner that {@code claim} has to give way to. */
    @Nullable
    Claim standingAgainst(String name, Claim claim) {
        Claim found = null;
        for (Claim owner : owners(name)) {
            if (!owner.node().equals(claim.node()) && !claim.row().supersedes(owner.row())) {
                found = owner;
            }
        }
        return found;
    }

    /** Who orders claims to this name, as this node sees it: rendezvous hashing (Thaler and Ravishankar 1998). */
    NodeId arbiter(String name) {
        NodeId best = self;
        long bestScore = score(self, name);
        for (NodeId node : visible) {
            long score = score(node, name);
            if (score > bestScore || (score == bestScore && node.compareTo(best) > 0)) {
                best = node;
                bestScore = score;
            }
        }
        return best;
    }

    boolean isArbiter(String name) {
        return arbiter(name).equals(self);
    }

    private static long score(NodeId node, String name) {
        return Scramble.of(Scramble.of(node.incarnation(), node.name()), name);
    }
}
