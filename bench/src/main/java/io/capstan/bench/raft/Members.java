package io.capstan.bench.raft;

import io.capstan.bench.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Three processes, a, b and c, each a {@link MemberProcess} of one group that a leads; others may be started beside them. */
final class Members implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");

    private final Path directory;
    private final List<String> flags;
    private final String machine;
    private final String first = String.valueOf(Child.freePort());
    private final Map<String, String> ports = new TreeMap<>();
    private final Map<String, Child> children = new TreeMap<>();

    /**
     * None of them runs yet.
     *
     * @param flags of their virtual machines
     * @param machine as {@link MemberProcess} knows it
     */
    Members(Path directory, List<String> flags, String machine) {
        this.directory = directory;
        this.flags = flags;
        this.machine = machine;
    }

    /** Starts the three and makes the group. */
    void makeGroup() throws IOException {
        for (String name : NAMES) {
            start(name);
        }
        for (String name : NAMES) {
            ask(name, "", "started");
        }
        ask("a", "make a b c", "made");
        ask("a", "lead a", "leads");
    }

    /** Starts one, in its directory and on its port if it ran before; returns at once. */
    void start(String name) throws IOException {
        Path files = directory.resolve(name);
        String port =
                ports.computeIfAbsent(name, fresh -> fresh.equals("a") ? first : String.valueOf(Child.freePort()));
        children.put(
                name, Child.start(files, flags, MemberProcess.class, name, files.toString(), port, first, machine));
    }

    Child child(String name) {
        return Objects.requireNonNull(children.get(name), name);
    }

    /** In the order of their names. */
    Collection<Child> children() {
        return children.values();
    }

    /** Of all that were started. */
    Set<String> names() {
        return children.keySet();
    }

    /** What comes after {@code answer} in its answer; an empty question is none. */
    String ask(String name, String question, String answer) throws IOException {
        if (!question.isEmpty()) {
            child(name).say(question);
        }
        return child(name).answer(answer);
    }

    /** The same of an answer in numbers. */
    long[] numbers(String name, String question, String answer) throws IOException {
        return Arrays.stream(ask(name, question, answer).split(" ", -1))
                .filter(word -> !word.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    @Override
    public void close() {
        children.values().forEach(Child::close);
    }
}
