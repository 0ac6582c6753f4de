package io.capstan.raft.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The language of golden traces. A line that begins with {@code >} is a command; what follows it, indented, are its
 * effects; all else is prose and kept as it is.
 *
 * <pre>
 * > group a b c             members, bootstrapped; disks and wires move only when told
 * > a leads                 is elected, quietly
 * > a tick 24               so many ticks
 * > a propose x y           one proposal of commands
 * > a read | a lease        a linearizable read, a lease read
 * > a disk                  all writes of a become durable, one after the other
 * > a crash                 a forgets what is not durable and starts again
 * > deliver a b | drop a b  every message now under way from a to b arrives, or is lost
 * > settle                  disks, wires and appliers work until nothing moves
 * > a rest                nothing is to be done, says a's shell
 * > a transfer b | a add d | a promote d | a remove d | a snapshot
 * > log a                   its log
 * </pre>
 */
final class TraceScript {
    private final Map<String, TraceMember> members = new TreeMap<>();
    private final List<Envelope> wire = new ArrayList<>();
    private final StringBuilder told = new StringBuilder();
    private boolean quiet;

    String play(String script) {
        for (String line : script.split("\n", -1)) {
            if (line.startsWith("    ")) {
                continue; // What it had said before.
            }
            told.append(line).append('\n');
            if (line.startsWith("> ")) {
                String command = line.substring(2).replaceAll("\\s*#.*", "");
                run(Arrays.asList(command.trim().split(" +")));
            }
        }
        return told.substring(0, told.length() - 1);
    }

    private void run(List<String> words) {
        switch (words.get(0)) {
            case "group" -> group(words.subList(1, words.size()));
            case "deliver" -> deliver(words.get(1), words.get(2));
            case "drop" -> wire.removeIf(envelope -> isBetween(envelope, words.get(1), words.get(2)));
            case "settle" -> settle();
            case "log" -> tell(member(words.get(1)).log());
            default -> act(member(words.get(0)), words.get(1), words.subList(2, words.size()));
        }
    }

    private void group(List<String> names) {
        List<MemberId> founders =
                names.stream().map(name -> new MemberId(name, 1)).toList();
        for (String name : names) {
            TraceMember member = new TraceMember(new MemberId(name, 1), this);
            members.put(name, member);
            quiet = true;
            member.step(new Input.Bootstrap(0, founders));
            member.disk();
            quiet = false;
        }
    }

    private void act(TraceMember member, String verb, List<String> words) {
        switch (verb) {
            case "tick" -> {
                for (int i = Integer.parseInt(words.get(0)); i > 0; i--) {
                    member.tick();
                }
            }
            case "propose" -> {
                List<byte[]> commands = words.stream()
                        .map(word -> word.getBytes(StandardCharsets.UTF_8))
                        .toList();
                member.step(new Input.Propose(member.nextCorrelation(), commands));
            }
            case "leads" -> {
                quiet = true;
                for (int i = 0; i < 20; i++) {
                    member.tick();
                }
                settle();
                quiet = false;
            }
            case "read" -> member.step(new Input.Read(member.nextCorrelation(), false));
            case "lease" -> member.step(new Input.Read(member.nextCorrelation(), true));
            case "disk" -> member.disk();
            case "crash" -> member.crash();
            case "snapshot" -> member.snapshot();
            case "rest" -> member.step(new Input.Rest());
            case "unlinked" -> member.step(new Input.Unlinked(id(words.get(0))));
            case "transfer" -> member.step(new Input.TransferLeadership(member.nextCorrelation(), id(words.get(0))));
            case "add" -> {
                members.computeIfAbsent(words.get(0), name -> new TraceMember(new MemberId(name, 1), this));
                change(member, new Input.Change.AddLearner(id(words.get(0))));
            }
            case "promote" -> change(member, new Input.Change.Promote(id(words.get(0))));
            case "remove" -> change(member, new Input.Change.Remove(id(words.get(0))));
            default -> throw new IllegalArgumentException("a trace knows no \"" + verb + "\"");
        }
    }

    private static void change(TraceMember member, Input.Change change) {
        long seen = member.core().status().configurationIndex();
        member.step(new Input.ChangeMembers(member.nextCorrelation(), seen, change));
    }

    private void deliver(String from, String to) {
        List<Envelope> arriving =
                wire.stream().filter(envelope -> isBetween(envelope, from, to)).toList();
        wire.removeAll(arriving);
        for (Envelope envelope : arriving) {
            member(to).step(new Input.Received(envelope.from(), envelope.to(), envelope.message()));
        }
    }

    private void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (TraceMember member : members.values()) {
                moved |= member.disk();
            }
            List<Envelope> arriving = List.copyOf(wire);
            wire.clear();
            for (Envelope envelope : arriving) {
                moved = true;
                member(envelope.to().name())
                        .step(new Input.Received(envelope.from(), envelope.to(), envelope.message()));
            }
        }
    }

    void send(Envelope envelope) {
        wire.add(envelope);
    }

    void tell(String line) {
        if (quiet) {
            return;
        }
        told.append("    ").append(line).append('\n');
    }

    private static boolean isBetween(Envelope envelope, String from, String to) {
        return envelope.from().name().equals(from) && envelope.to().name().equals(to);
    }

    private static MemberId id(String name) {
        return new MemberId(name, 1);
    }

    private TraceMember member(String name) {
        return Objects.requireNonNull(members.get(name), () -> "no member " + name);
    }

    /** Records as people read them: {@code append(term 2, prev 1/1, commit 1, [noop 2/2])}. */
    static String text(Message message) {
        String name = message.getClass().getSimpleName();
        return switch (name) {
            case "Append" -> {
                Message.Append append = (Message.Append) message;
                yield "Append term " + append.term() + " round " + append.round() + " prev " + append.prevIndex() + "/"
                        + append.prevTerm() + " commit " + append.commit() + " " + append.entries();
            }
            case "SnapshotChunk" -> {
                Message.SnapshotChunk chunk = (Message.SnapshotChunk) message;
                yield "SnapshotChunk term " + chunk.term() + " of "
                        + chunk.snapshot().index() + "/" + chunk.snapshot().term() + " offset " + chunk.offset() + ", "
                        + chunk.bytes().length + " bytes" + (chunk.last() ? ", last" : "");
            }
            default ->
                message.toString()
                        .replaceAll("(session|id)=-?\\d+, ", "")
                        .replaceAll("=", " ")
                        .replaceAll("[\\[\\],]", " ")
                        .replaceAll(" +", " ")
                        .trim();
        };
    }

    static String lower(Object value) {
        return String.valueOf(value).toLowerCase(Locale.ROOT);
    }
}
