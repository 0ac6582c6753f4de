package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.NameRow.Loss;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The language of golden traces. A line that begins with {@code >} is a command; what follows it, indented, are its
 * effects; all else is prose and kept as it is. Claims are numbered as they are first heard of.
 *
 * <pre>
 * > nodes a b c                    they see each other and have synced
 * > a register NAME p [takeover] [tell | tell-both | resolve]   for its process p; else the loser is stopped
 * > a unregister NAME
 * > a resolves NAME to p | nobody
 * > p stops                        the process, named once in the whole trace
 * > deliver a b [n]                the next row or message, or n of them, arrives
 * > lose a b                       all that is on its way is lost; rows come again with what a sees next of them
 * > settle                         everything arrives
 * > a hides b | a shows b          what a sees of b, its rows included; also "cut a b", "meet a b": both ways
 * > crash a | restart a            its next incarnation, which all see once they meet
 * > pass 200
 * > holders NAME
 * </pre>
 */
final class TraceScript {
    private static final NamesTiming TIMING = new NamesTiming(300, 200, 500, 4_096);

    private sealed interface Parcel {}

    private record Row(String name, @Nullable NameRow row) implements Parcel {}

    private record Word(ClaimMessage message) implements Parcel {}

    /** One node: its core, the rows it has written, and what it has of the others'. */
    private static final class Member {
        final NodeId id;
        final NamesCore core;
        final Map<String, NameRow> own = new LinkedHashMap<>();
        final Map<NodeId, Map<String, NameRow>> stored = new HashMap<>();
        final Set<NodeId> sees = new HashSet<>();

        Member(NodeId id) {
            this.id = id;
            core = new NamesCore(
                    id, Scramble.of(id.incarnation(), id.name()), id.name().charAt(0), TIMING);
        }
    }

    private final StringBuilder told = new StringBuilder();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Deque<Parcel>> wires = new LinkedHashMap<>();
    private final Map<ClaimId, Integer> claims = new HashMap<>();
    private final Map<String, List<Claim>> conflicts = new HashMap<>();
    private long now;
    private long callers;

    static String play(String script) {
        TraceScript trace = new TraceScript();
        for (String line : script.split("\n", -1)) {
            if (line.startsWith("    ")) {
                continue; // What it had said before.
            }
            trace.told.append(line).append('\n');
            if (line.startsWith("> ")) {
                trace.run(Arrays.asList(line.substring(2).trim().split(" +")));
            }
        }
        return trace.told.substring(0, trace.told.length() - 1);
    }

    private void run(List<String> words) {
        String last = words.get(words.size() - 1);
        switch (words.get(0)) {
            case "nodes" -> start(words.subList(1, words.size()));
            case "deliver" -> {
                for (int i = words.size() > 3 ? Integer.parseInt(last) : 1; i > 0; i--) {
                    deliver(words.get(1), words.get(2));
                }
            }
            case "lose" -> wire(words.get(1), words.get(2)).clear();
            case "settle" -> settle();
            case "cut" -> {
                hide(member(words.get(1)), member(last));
                hide(member(last), member(words.get(1)));
            }
            case "meet" -> {
                show(member(words.get(1)), member(last));
                show(member(last), member(words.get(1)));
            }
            case "crash" -> crash(last);
            case "restart" -> join(last, 2);
            case "pass" -> pass(Long.parseLong(last));
            case "holders" ->
                members.values().forEach(each -> tell(each.id.name() + ": " + text(each.core.holder(last))));
            default -> byName(words);
        }
    }

    private void byName(List<String> words) {
        if (words.get(1).equals("stops")) {
            members.values().forEach(each -> {
                each.core.stopped(words.get(0));
                drain(each);
            });
            return;
        }
        Member member = member(words.get(0));
        String name = words.get(2);
        switch (words.get(1)) {
            case "hides" -> hide(member, member(name));
            case "shows" -> show(member, member(name));
            case "register" ->
                member.core.request(new NameRequest.Register(
                        new Caller(member.id, ++callers),
                        name,
                        now + 1_000,
                        words.contains("takeover"),
                        loss(words),
                        words.get(3),
                        Metadata.NONE));
            case "unregister" ->
                member.core.request(new NameRequest.Unregister(new Caller(member.id, ++callers), name, now + 1_000));
            case "resolves" -> resolve(member, name, words.get(4));
            default -> throw new IllegalArgumentException("no such command: " + words);
        }
        drain(member);
    }

    private static Loss loss(List<String> words) {
        return words.contains("tell")
                ? Loss.NOTIFY_ONE
                : words.contains("tell-both")
                        ? Loss.NOTIFY_BOTH
                        : words.contains("resolve") ? Loss.CUSTOM : Loss.KILL_ONE;
    }

    private void resolve(Member member, String name, String process) {
        List<Claim> rivals = conflicts.getOrDefault(name, List.of());
        ClaimId winner = rivals.stream()
                .filter(rival -> rival.row().process().equals(process))
                .map(Claim::id)
                .findFirst()
                .orElse(null);
        member.core.resolved(name, rivals, winner);
    }

    private void start(List<String> names) {
        names.forEach(name -> join(name, 1));
        for (String one : names) {
            for (String other : names) {
                if (!one.equals(other)) {
                    show(member(one), member(other));
                }
            }
        }
    }

    private void join(String name, long incarnation) {
        Member member = new Member(new NodeId(name, incarnation));
        members.put(name, member);
        member.core.tick(now);
        drain(member);
    }

    private void crash(String name) {
        Member gone = Objects.requireNonNull(members.remove(name));
        wires.keySet().removeIf(wire -> wire.startsWith(name + " ") || wire.endsWith(" " + name));
        members.values().forEach(each -> hide(each, gone));
    }

    private void pass(long millis) {
        now += millis;
        members.values().forEach(each -> {
            each.core.tick(now);
            drain(each);
        });
    }

    /** All of {@code other}'s rows go, then it goes. */
    private void hide(Member member, Member other) {
        member.sees.remove(other.id);
        wire(other.id.name(), member.id.name()).clear();
        Map<String, NameRow> rows = member.stored.remove(other.id);
        if (rows != null) {
            rows.forEach((name, row) -> member.core.changed(other.id, name, row, null));
        }
        member.core.hidden(other.id);
        drain(member);
    }

    /** It comes, then the rows it has now; and it is caught up. */
    private void show(Member member, Member other) {
        member.sees.add(other.id);
        member.core.visible(other.id);
        other.own.forEach((name, row) -> store(member, other.id, name, row));
        member.core.caughtUp(other.id);
        drain(member);
    }

    private void store(Member member, NodeId of, String name, @Nullable NameRow row) {
        Map<String, NameRow> rows = member.stored.computeIfAbsent(of, absent -> new LinkedHashMap<>());
        NameRow before = row == null ? rows.remove(name) : rows.put(name, row);
        if (!Objects.equals(before, row)) {
            member.core.changed(of, name, before, row);
        }
    }

    private void deliver(String from, String to) {
        Parcel parcel = wire(from, to).remove();
        Member sender = member(from);
        Member receiver = member(to);
        if (parcel instanceof Row row && receiver.sees.contains(sender.id)) {
            store(receiver, sender.id, row.name(), row.row());
        } else if (parcel instanceof Word word) {
            receiver.core.message(sender.id, word.message());
        }
        drain(receiver);
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (String wire : List.copyOf(wires.keySet())) {
                if (!wire(wire).isEmpty()) {
                    deliver(wire.substring(0, 1), wire.substring(2));
                    moved = true;
                }
            }
        }
    }

    private void tell(String line) {
        told.append("    ").append(line).append('\n');
    }

    private void drain(Member member) {
        for (NamesEffect effect : member.core.drain()) {
            if (effect instanceof NamesEffect.Send send) {
                wire(member.id.name(), send.peer().name()).add(new Word(send.message()));
                tell(member.id.name() + " -> " + send.peer().name() + " " + text(send.message()));
            } else if (effect instanceof NamesEffect.Write write) {
                member.own.put(write.name(), write.row());
                spread(member, new Row(write.name(), write.row()));
                tell(member.id.name() + " writes " + text(write.row()));
            } else if (effect instanceof NamesEffect.Erase erase) {
                member.own.remove(erase.name());
                spread(member, new Row(erase.name(), null));
                tell(member.id.name() + " erases " + erase.name());
            } else if (effect instanceof NamesEffect.Resolve resolve) {
                conflicts.put(resolve.name(), resolve.rivals());
                tell(member.id.name() + " asks its resolver: "
                        + resolve.rivals().stream().map(this::text).toList());
            } else if (effect instanceof NamesEffect.Show show) {
                tell(member.id.name() + " shows " + show.name() + ": " + text(show.holder()));
            } else if (effect instanceof NamesEffect.Lost lost) {
                tell(lost.loser().process() + " loses " + lost.name() + " to " + text(lost.winner()));
            } else if (effect instanceof NamesEffect.Answer answer) {
                tell("caller " + answer.number() + " is told " + text(answer.outcome()));
            } // Watch and Unwatch are in OwnerTest.
        }
    }

    private void spread(Member member, Row row) {
        members.values().stream()
                .filter(each -> each != member && each.sees.contains(member.id))
                .forEach(each -> wire(member.id.name(), each.id.name()).add(row));
    }

    private String text(ClaimMessage message) {
        if (message instanceof ClaimMessage.Seen seen) {
            return "seen " + text(seen.claim()) + " " + low(seen.state())
                    + (seen.yielded() == null ? "" : ", for which " + text(seen.yielded()) + " waits");
        } else if (message instanceof ClaimMessage.Refused refused) {
            return "refused " + text(refused.claim()) + " for " + text(refused.standing())
                    + (refused.ordered() ? ", which came first" : "");
        } else if (message instanceof ClaimMessage.Ask ask) {
            return "have you " + text(ask.claim()) + "?";
        } else if (message instanceof ClaimMessage.Outcome outcome) {
            List<String> rivals = outcome.rivals().stream().map(this::text).toList();
            return "of " + rivals + " " + (outcome.winner() == null ? "nobody" : text(outcome.winner())) + " remains";
        } else if (message instanceof ClaimMessage.Yield yield) {
            return "may " + text(yield.loser().id()) + " lose to " + text(yield.winner()) + "?";
        } else if (message instanceof ClaimMessage.Won won) {
            return text(won.loser()) + " has lost to " + text(won.winner().id());
        }
        return message.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + message.name();
    }

    private String text(NameOutcome outcome) {
        if (outcome instanceof NameOutcome.Registered registered) {
            return "yes, " + text(registered.claim());
        } else if (outcome instanceof NameOutcome.Taken taken) {
            return "taken by " + text(taken.holder());
        }
        return outcome.getClass().getSimpleName()
                + (outcome instanceof NameOutcome.Unregistered free ? free.hadOwner() ? " (it had an owner)" : "" : "");
    }

    private String text(@Nullable Claim claim) {
        return claim == null
                ? "nobody"
                : claim.node().name() + "'s " + text(claim.row().claim()) + " of "
                        + claim.row().process();
    }

    private String text(NameRow row) {
        return low(row.state()) + " " + text(row.claim()) + " of " + row.process()
                + (row.rank() == 0 ? "" : ", rank " + row.rank());
    }

    private String text(ClaimId claim) {
        return "#" + claims.computeIfAbsent(claim, absent -> claims.size() + 1);
    }

    private static String low(NameRow.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private Member member(String name) {
        return Objects.requireNonNull(members.get(name), name);
    }

    private Deque<Parcel> wire(String from, String to) {
        return wire(from + " " + to);
    }

    private Deque<Parcel> wire(String key) {
        return wires.computeIfAbsent(key, absent -> new ArrayDeque<>());
    }
}
