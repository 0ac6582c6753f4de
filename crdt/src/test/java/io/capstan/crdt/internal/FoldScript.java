package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The language of stories about folding. A line that begins with {@code >} is a command; what follows it, indented, is what
 * comes of it; all else is prose and kept as it is.
 *
 * <pre>
 * > start a | start a again        a slot of its own each time; what it had in memory is lost
 * > a adds k 5                     to the counter k
 * > a adds k 5 as id               as an operation
 * > a resets k | a deletes k
 * > window 1000                    nodes that are started from now on keep operations so many milliseconds, and take none
 *                                  before they have joined
 * > pass 500                       time, at all nodes
 * > meet a b                       both get all that the other has
 * > a talks                        looks at the ledger once: says something, folds, or neither
 * > all talk a b c                 until nobody has anything to say
 * > remove a                       an operator gives it up
 * > values k a b c
 * </pre>
 */
final class FoldScript {
    private static final int LOOKS_MAX = 200;
    private static final long TICK_MILLIS = 50;

    private final StringBuilder told = new StringBuilder();
    private final Ledger ledger = new Ledger();
    private final Map<String, MeetingReplica> nodes = new TreeMap<>();
    private long starts;
    private long windowMillis;

    static String play(String script) {
        FoldScript fold = new FoldScript();
        for (String line : script.split("\n", -1)) {
            if (!line.startsWith("    ")) {
                fold.told.append(line).append('\n');
                if (line.startsWith("> ")) {
                    fold.run(Arrays.asList(line.substring(2).trim().split(" +")));
                }
            }
        }
        return fold.told.substring(0, fold.told.length() - 1);
    }

    private void run(List<String> words) {
        String first = words.get(0);
        String second = words.get(1);
        switch (first) {
            case "start" -> start(second);
            case "window" -> windowMillis = Long.parseLong(second);
            case "pass" -> {
                for (long passed = 0; passed < Long.parseLong(second); passed += TICK_MILLIS) {
                    nodes.values().forEach(node -> node.pass(TICK_MILLIS));
                }
            }
            case "meet" -> node(second).meet(node(words.get(2)));
            case "remove" -> say(new LedgerCommand.Remove(second), "an operator");
            case "all" -> allTalk(words.subList(2, words.size()));
            case "values" ->
                tell(words.subList(2, words.size()).stream()
                        .map(name -> name + " " + node(name).value(second))
                        .collect(Collectors.joining(", ")));
            default -> act(node(first), words);
        }
        nodes.forEach((name, node) -> {
            node.excesses.forEach(excess -> tell(name + " reports what counts nowhere: " + excess));
            node.excesses.clear();
        });
    }

    private void start(String name) {
        MeetingReplica before = nodes.get(name);
        long incarnation = before == null ? 1 : before.id.incarnation() + 1;
        MeetingReplica node = new MeetingReplica(name, incarnation, ++starts);
        if (windowMillis > 0) {
            node.counters.keepOperations(Duration.ofMillis(windowMillis));
        }
        node.pass(0);
        nodes.put(name, node);
    }

    private void act(MeetingReplica node, List<String> words) {
        switch (words.get(1)) {
            case "adds" -> {
                long delta = Long.parseLong(words.get(3));
                if (words.size() > 4) {
                    add(node, words.get(5), Deltas.of(Map.of(words.get(2), delta)));
                } else {
                    node.cells(words.get(2)).add(delta);
                }
            }
            case "resets" -> {
                if (node.counters.mustJoin()) {
                    tell("refused: it has not joined yet");
                } else {
                    node.counters.reset(words.get(2), false);
                }
            }
            case "deletes" -> node.counters.reset(words.get(2), true);
            case "talks" -> talk(node);
            default -> throw new IllegalArgumentException(String.join(" ", words));
        }
        node.flush();
    }

    private void add(MeetingReplica node, String id, Deltas deltas) {
        if (node.counters.mustJoin()) {
            tell("refused: it has not joined yet");
        } else if (node.counters.forgets(id)) {
            tell("refused: it is older than the window, and counts");
        } else if (!node.counters.add(id, deltas)) {
            tell("refused: it was another before");
        }
    }

    private void allTalk(List<String> names) {
        boolean said = true;
        for (int looks = 0; said; looks++) {
            if (looks == LOOKS_MAX) {
                throw new IllegalStateException("they talk for ever");
            }
            said = false;
            for (String name : names) {
                said |= talk(node(name));
                node(name).flush();
            }
        }
    }

    private boolean talk(MeetingReplica node) {
        LedgerView view = ledger.view();
        LedgerCommand command = node.counters.folder().next(view);
        if (node.counters.folder().mayFold(view)) {
            node.counters.folder().fold(view);
            tell(node.id.name() + " folds: " + rows(node));
            return true;
        }
        if (command != null) {
            say(command, node.id.name());
        }
        return command != null;
    }

    private void say(LedgerCommand command, String who) {
        long folds = ledger.view().folds();
        LedgerView view = ledger.execute(command);
        tell(who + " " + text(command));
        if (view.folds() > folds) {
            Map<Slot, Long> folded =
                    view.lastCut().isNone() ? view.last() : view.lastCut().upTo();
            tell("decided: fold " + view.folds()
                    + (view.beginsAnew()
                            ? " begins anew from what was folded up to "
                                    + view.anew().from()
                            : " of " + text(folded)));
        }
    }

    private static String text(LedgerCommand command) {
        if (command instanceof LedgerCommand.Join join) {
            return "joins with " + text(join.slot());
        } else if (command instanceof LedgerCommand.Remove remove) {
            return "removes " + remove.name();
        } else if (command instanceof LedgerCommand.Retire retire) {
            return "retires " + text(retire.slots());
        } else if (command instanceof LedgerCommand.Confirm confirm) {
            return "confirms revision " + confirm.revision();
        } else if (command instanceof LedgerCommand.Trim trim) {
            return "trims " + text(trim.slot()) + " up to " + trim.version();
        } else if (command instanceof LedgerCommand.ConfirmCut confirm) {
            return "confirms cut " + confirm.revision()
                    + (confirm.strays().isEmpty() ? "" : ", strays " + confirm.strays())
                    + (confirm.taken().isEmpty() ? "" : ", taken " + confirm.taken())
                    + (confirm.named().isEmpty() ? "" : ", named " + confirm.named());
        } else if (command instanceof LedgerCommand.GiveUp giveUp) {
            return "gives up cut " + giveUp.revision();
        } else if (command instanceof LedgerCommand.Lost lost) {
            return "cannot make fold " + lost.folds() + ", and has FOLDED up to " + lost.known();
        }
        return "lacks some, and has " + text(((LedgerCommand.Lack) command).slots());
    }

    private static String rows(MeetingReplica node) {
        Map<String, String> rows = new TreeMap<>();
        node.counters.table().forEach(Slot.FOLDED, (key, row) -> rows.put(text(key), text(row)));
        return rows.entrySet().stream()
                .map(row -> row.getKey() + " " + row.getValue())
                .collect(Collectors.joining("; "));
    }

    private static String text(CounterKey key) {
        return key instanceof CounterKey.Folded folded
                ? text(folded.slot())
                : key instanceof CounterKey.Trimmed trimmed ? text(trimmed.slot()) + " trimmed" : key.toString();
    }

    private static String text(CounterRow row) {
        return row.toString().replaceAll("Slot\\[[^]]*]", "a slot");
    }

    private static String text(Map<Slot, Long> slots) {
        return slots.entrySet().stream()
                .map(slot -> text(slot.getKey()) + " up to " + slot.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String text(Slot slot) {
        return slot.equals(Slot.FOLDED)
                ? "what was folded"
                : slot.owner().name() + "#" + slot.owner().incarnation();
    }

    private MeetingReplica node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    private void tell(String line) {
        told.append("    ").append(line).append('\n');
    }
}
