package io.capstan.bench.raft;

import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Place;
import io.capstan.testkit.process.ProcessCluster;
import io.capstan.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Three processes, a, b and c, that say {@code started} when they are; others may be started beside them. */
final class Members implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");

    private final ProcessCluster cluster;

    /** None of them runs yet; a forms the cluster. */
    Members(Path directory, Program program) {
        cluster = ProcessCluster.of(directory, program, Set.of(), NAMES);
    }

    /** The same for those who join a cluster that stands already. */
    Members(Path directory, Function<Place, List<String>> command) {
        this(directory, (place, first, all) -> command.apply(place));
    }

    /** {@link MemberProcess}es of one group, which a leads, made and started. */
    static Members ofGroup(Path directory, List<String> flags, String machine) throws IOException {
        Members members = new Members(
                directory,
                (place, first, all) ->
                        MemberProcess.command(flags, place, all.get(0).port(), machine));
        members.startAll();
        members.makeGroup();
        members.ask("a", "lead a", "leads");
        return members;
    }

    /** Starts the three, and waits until they are. */
    void startAll() throws IOException {
        cluster.startAll();
        for (String name : NAMES) {
            child(name).answer("started");
        }
    }

    /** Has a make the group of the three. */
    void makeGroup() throws IOException {
        ask("a", "make " + String.join(" ", NAMES), "made");
    }

    /** Starts one, where it ran before if it did; returns at once. */
    void begin(String name) {
        cluster.start(name);
    }

    /** The same, and waits until it is. */
    void start(String name) throws IOException {
        begin(name);
        child(name).answer("started");
    }

    /** One more, which is started. */
    void add(String name) throws IOException {
        cluster.add(name);
        start(name);
    }

    void kill(String name) {
        cluster.kill(name);
    }

    ChildProcess child(String name) {
        return cluster.child(name);
    }

    /** Of all that there are. */
    List<String> names() {
        return cluster.names();
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
        cluster.close();
    }
}
