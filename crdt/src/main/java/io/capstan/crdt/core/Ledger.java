package io.capstan.crdt.core;

import io.capstan.crdt.core.LedgerView.Member;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a cluster agree on before they fold slots of the departed: which, at which versions, and that every
 * member that was not removed holds just these. Deterministic and total; whoever implements agreement executes the same
 * commands in the same order everywhere, and only once what it answers is decided.
 *
 * <p>A retirement comes first, and is raised by whoever holds more; a raise takes back all confirmations. Moving values is
 * not idempotent, and this is what keeps two sides of a partition from both doing it: the sum that Pekko's pruning loses
 * or doubles (akka.net#4200, akka#22606).
 *
 * <p>In the same way they agree on a {@link Cut}: which operations are old enough to be forgotten. Slots of the departed go
 * first, and whoever joins, departs or names such a slot gives a cut up: it is exact only while every slot with operations
 * is a member's own, so that somebody speaks for it.
 */
public final class Ledger {
    /** Slots of one fold: as many as fit one command, and one frame, with the longest names. */
    public static final int BATCH_MAX = 128;

    /** Names that were ever members. */
    static final int MEMBERS_MAX = 500;

    private final TreeMap<String, Member> members = new TreeMap<>();
    private long folds;
    private Map<Slot, Long> last = Map.of();
    private @Nullable Slot heir;
    private long revision;
    private TreeMap<Slot, Long> next = new TreeMap<>();
    private final TreeSet<String> confirmed = new TreeSet<>();
    private final TreeMap<String, Map<Slot, Long>> lacking = new TreeMap<>();
    private Cut cut = Cut.NONE;
    private Cut lastCut = Cut.NONE;
    private Anew anew = Anew.NEVER;

    /** An empty one. */
    public Ledger() {}

    /** One that knows what another knew. */
    public Ledger(LedgerView view) {
        members.putAll(view.members());
        folds = view.folds();
        last = view.last();
        heir = view.heir();
        revision = view.revision();
        next.putAll(view.next());
        confirmed.addAll(view.confirmed());
        lacking.putAll(view.lacking());
        cut = view.cut();
        lastCut = view.lastCut();
        anew = view.anew();
    }

    /** What it knows now. */
    public LedgerView view() {
        return new LedgerView(members, folds, last, heir, revision, next, confirmed, lacking, cut, lastCut, anew);
    }

    /** Executes a command, or ignores it when it comes too late; what is known then. */
    public LedgerView execute(LedgerCommand command) {
        anew = isOfOneWhoHasAll(command) ? anew.found() : anew;
        if (command instanceof LedgerCommand.Join join) {
            join(join.slot());
        } else if (command instanceof LedgerCommand.Remove remove) {
            Member member = members.get(remove.name());
            if (member != null && !member.removed()) {
                members.put(remove.name(), new Member(member.slot(), true));
                anew = anew.without(remove.name());
                oneMoreDeparted();
                beginAnew(); // All others may have said that it has to be.
            }
        } else if (command instanceof LedgerCommand.Retire retire) {
            retire(retire);
        } else if (command instanceof LedgerCommand.Confirm confirm) {
            boolean current = confirm.folds() == folds && confirm.revision() == revision && !next.isEmpty();
            if (current && view().present(confirm.sender())) {
                confirmed.add(confirm.sender().owner().name());
                lacking.remove(confirm.sender().owner().name());
                decide();
            }
        } else if (command instanceof LedgerCommand.Lack lack) {
            boolean current = lack.folds() == folds && lack.revision() == revision;
            if (current && view().present(lack.sender())) {
                confirmed.remove(lack.sender().owner().name());
                lacking.put(lack.sender().owner().name(), lack.slots());
                lower();
            }
        } else if (command instanceof LedgerCommand.Lost lost) {
            if (lost.folds() == folds && folds > 0 && view().present(lost.sender())) {
                anew = anew.and(lost.sender().owner().name(), lost.known());
                beginAnew();
            }
        } else {
            cut(command);
        }
        return view();
    }

    /** Whether it is said by a member that has made all folds: then what they have written is not lost. */
    private boolean isOfOneWhoHasAll(LedgerCommand command) {
        return command instanceof LedgerCommand.Made made && made.folds() == folds && view().present(made.sender());
    }

    private void join(Slot slot) {
        String name = slot.owner().name();
        Member before = members.get(name);
        if (before == null && members.size() >= MEMBERS_MAX) {
            return;
        }
        long latest = before == null ? 0 : before.slot().owner().incarnation();
        boolean later = slot.owner().incarnation() > latest;
        if (later) {
            members.put(name, new Member(slot, false));
            anew = anew.without(name);
            if (before == null) {
                giveUpCut(); // It may hold operations of which the others know nothing.
            } else {
                oneMoreDeparted();
            }
        }
    }

    /**
     * All say again what they hold: what an earlier start has confirmed a later one may not hold any more, and the slot that
     * is departed now has to be in the same fold. What its resets say of the other slots was true of them once, and nobody
     * cleans it any more: read after these are folded it would take out what was counted since.
     */
    private void oneMoreDeparted() {
        giveUpCut(); // Nobody speaks for that slot any more.
        if (!next.isEmpty()) {
            revised();
        }
    }

    private void cut(LedgerCommand command) {
        LedgerView now = view();
        if (command instanceof LedgerCommand.Trim trim) {
            boolean own = trim.slot().equals(trim.sender()) || trim.slot().equals(Slot.FOLDED);
            boolean room = next.isEmpty()
                    && !cut.upTo().containsKey(trim.slot())
                    && cut.upTo().size() < Cut.PREFIXES_MAX;
            if (own && room && trim.folds() == folds && now.present(trim.sender())) {
                cut = cut.and(trim.slot(), trim.version());
                revised();
            }
        } else if (command instanceof LedgerCommand.ConfirmCut confirm) {
            boolean current = confirm.folds() == folds && confirm.revision() == revision && !cut.isNone();
            if (current && now.present(confirm.sender())) {
                cut = cut.and(confirm);
                confirmed.add(confirm.sender().owner().name());
                if (cut.fits()) {
                    decide();
                } else {
                    giveUpCut();
                }
            }
        } else if (command instanceof LedgerCommand.GiveUp giveUp) {
            if (giveUp.folds() == folds && giveUp.revision() == revision && now.present(giveUp.sender())) {
                giveUpCut();
            }
        }
    }

    /** Who holds what has changed under it; whoever still wants it says so again. */
    private void giveUpCut() {
        if (!cut.isNone()) {
            cut = Cut.NONE;
            revised();
        }
    }

    private void retire(LedgerCommand.Retire retire) {
        LedgerView now = view();
        if (retire.folds() != folds || !now.present(retire.sender())) {
            return;
        }
        for (Map.Entry<Slot, Long> slot : retire.slots().entrySet()) {
            Long before = next.get(slot.getKey());
            boolean room = before != null || next.size() < BATCH_MAX;
            if (room && now.departed(slot.getKey()) && (before == null || slot.getValue() > before)) {
                giveUpCut(); // What all members say of their own slots leaves none out only when no other is there.
                next.put(slot.getKey(), slot.getValue());
                revised();
            }
        }
    }

    private void decide() {
        Slot first = null;
        for (Map.Entry<String, Member> member : members.entrySet()) {
            if (!member.getValue().removed()) {
                if (!confirmed.contains(member.getKey())) {
                    return;
                }
                first = first == null ? member.getValue().slot() : first;
            }
        }
        if ((next.isEmpty() && cut.isNone()) || first == null) {
            return;
        }
        folds++;
        last = next;
        lastCut = cut;
        cut = Cut.NONE;
        anew = anew.found();
        heir = first;
        next = new TreeMap<>();
        revised();
    }

    /** Once nobody who takes part has what was folded, nor can make it. */
    private void beginAnew() {
        TreeSet<String> all = new TreeSet<>();
        members.forEach((name, member) -> {
            if (!member.removed()) {
                all.add(name);
            }
        });
        if (anew.isAgreedBy(all)) {
            folds++;
            last = Map.of();
            lastCut = Cut.NONE;
            next = new TreeMap<>(); // Whoever holds what was to be next says so again.
            cut = Cut.NONE;
            revised();
            anew = anew.again(folds, revision);
        }
    }

    private void revised() {
        revision++;
        confirmed.clear();
        lacking.clear();
        cut = cut.isNone() ? Cut.NONE : cut.anew(revision);
    }

    /** What nobody has any more, not one of all members, nobody waits for. */
    private void lower() {
        Map<Slot, Long> lowered = new TreeMap<>();
        for (Map.Entry<Slot, Long> slot : next.entrySet()) {
            long most = -1;
            boolean allLack = true;
            for (Map.Entry<String, Member> member : members.entrySet()) {
                if (!member.getValue().removed()) {
                    Long held = lacking.getOrDefault(member.getKey(), Map.of()).get(slot.getKey());
                    allLack &= held != null && held < slot.getValue();
                    most = held == null ? most : Math.max(most, held);
                }
            }
            if (allLack && most >= 0) {
                lowered.put(slot.getKey(), most);
            }
        }
        if (!lowered.isEmpty()) {
            next.putAll(lowered);
            revised();
        }
    }
}
