package io.capstan.crdt.core;

import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The language of golden traces. A line that begins with {@code >} is a command; what follows it, indented, are its
 * effects; all else is prose and kept as it is. A frame takes two rows.
 *
 * <pre>
 * > counters a b c | owned a b c   replicas that keep the rows of the departed, or hide them
 * > link a b | cut a b | part a b  part: nobody can relay between them either
 * > a put k v | a remove k
 * > deliver a b [n]                the next frame, or n of them, arrives
 * > lose a b                       the next frame is lost, which no honest link does
 * > settle                         everything arrives
 * > pass 30s
 * > shows a b                      what a shows of b's rows
 * </pre>
 */
final class TraceScript {
    private final StringBuilder told = new StringBuilder();
    private Replicas replicas = new Replicas(Replicas.small(Departed.KEEP));

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
        switch (words.get(0)) {
            case "counters" -> start(Departed.KEEP, words);
            case "owned" -> start(Departed.HIDE, words);
            case "link" -> replicas.link(words.get(1), words.get(2));
            case "cut" -> replicas.cut(words.get(1), words.get(2));
            case "part" -> replicas.part(words.get(1), words.get(2));
            case "deliver" -> {
                for (int i = words.size() > 3 ? Integer.parseInt(words.get(3)) : 1; i > 0; i--) {
                    replicas.deliver(words.get(1), words.get(2));
                }
            }
            case "lose" -> replicas.wire(words.get(1), words.get(2)).remove();
            case "settle" -> replicas.settle();
            case "pass" -> replicas.pass(Duration.parse("PT" + words.get(1)));
            case "shows" -> tell(replicas.shown(words.get(1), words.get(2)).toString());
            default -> change(words);
        }
    }

    private void change(List<String> words) {
        if (words.get(1).equals("put")) {
            replicas.put(words.get(0), words.get(2), words.get(3));
        } else {
            replicas.remove(words.get(0), words.get(2));
        }
    }

    private void start(Departed departed, List<String> words) {
        replicas = new Replicas(
                Replicas.small(departed), words.subList(1, words.size()).toArray(new String[0]));
        replicas.listen((name, effect) -> tell(text(name, effect)));
    }

    private void tell(String line) {
        told.append("    ").append(line).append('\n');
    }

    private static String text(String name, Effect<String, String> effect) {
        if (effect instanceof Effect.Send<String, String> send) {
            return name + " -> " + send.peer().name() + " " + text(send.frame());
        }
        if (effect instanceof Effect.Changed<String, String> changed) {
            return name + " sees " + changed.slot().owner().name() + "'s " + changed.key() + " become "
                    + changed.after();
        }
        if (effect instanceof Effect.CaughtUp<String, String> caught) {
            return name + " has caught up with " + caught.slot().owner().name();
        }
        if (effect instanceof Effect.Acknowledged<String, String> acknowledged) {
            return name + " hears that " + acknowledged.peer().name() + " has " + acknowledged.known();
        }
        if (effect instanceof Effect.Diverged<String, String> diverged) {
            return name + " differs from " + diverged.peer().name() + " in "
                    + diverged.slot().owner().name() + "'s rows";
        }
        return name + " " + effect;
    }

    private static String text(Frame<String, String> frame) {
        if (frame instanceof Frame.Hello<String, String> hello) {
            return hello.answer() ? "hello too" : "hello";
        }
        if (frame instanceof Frame.Digest<String, String> digest) {
            return "have "
                    + digest.haves().stream()
                            .map(have -> have.slot().owner().name() + " up to " + have.known()
                                    + (have.direct() ? "" : " from others"))
                            .collect(Collectors.joining(", "));
        }
        if (frame instanceof Frame.Want<String, String> want) {
            return "#" + want.stream() + " want " + want.slot().owner().name() + " after " + want.after()
                    + (want.whole() ? ", whole" : "");
        }
        if (frame instanceof Frame.Rows<String, String> rows) {
            return "#" + rows.stream() + (rows.replace() ? " whole" : "") + " after " + rows.after() + " "
                    + rows.rows().stream()
                            .map(row -> row.version() + ":" + row.key() + (row.removed() ? " gone" : "=" + row.value()))
                            .collect(Collectors.joining(", ", "[", "]"))
                    + (rows.tailReached() ? " tail " + rows.tail() : "")
                    + (rows.floor() > 0 ? " floor " + rows.floor() : "");
        }
        if (frame instanceof Frame.Ack<String, String> ack) {
            return "#" + ack.stream() + " ack " + ack.received() + ", known " + ack.known();
        }
        if (frame instanceof Frame.Unwant<String, String> unwant) {
            return "#" + unwant.stream() + " unwant";
        }
        if (frame instanceof Frame.End<String, String> end) {
            return "#" + end.stream() + " end";
        }
        return frame.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
