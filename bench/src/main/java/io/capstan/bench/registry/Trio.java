package io.capstan.bench.registry;

import io.capstan.testkit.Ports;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Three processes of one {@link Contender}, a, b and c: all of them speak the same words. */
final class Trio implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");

    final Contender contender;
    private final Path directory;
    private final Map<String, Integer> ports = new TreeMap<>();
    private final Map<String, ChildProcess> children = new TreeMap<>();
    private final List<ChildProcess> others = new ArrayList<>();

    /** Starts them; they are there when {@link #all} has heard {@code sees 2}. */
    Trio(Contender contender) throws IOException {
        this.contender = contender;
        directory = Files.createTempDirectory("capstan-registry-");
        NAMES.forEach(name -> ports.put(name, Ports.free()));
        if (contender == Contender.OTP) {
            others.add(Contender.portMapper(directory, port("a")));
        }
        for (String name : NAMES) {
            begin(name);
        }
    }

    private int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    private void begin(String name) throws IOException {
        children.put(name, contender.start(directory, name, port(name), port("a")));
    }

    /** Waits until all have met. */
    void meet() throws IOException {
        for (String name : NAMES) {
            child(name).answer("started");
        }
        for (String name : NAMES) {
            greet(name);
        }
        all("sees 2");
    }

    private void greet(String name) throws IOException {
        List<String> peers = NAMES.stream().filter(each -> !each.equals(name)).toList();
        ask(name, "peers " + String.join(" ", peers));
    }

    private ChildProcess child(String name) {
        return Objects.requireNonNull(children.get(name), name);
    }

    void say(String name, String line) {
        child(name).say(line);
    }

    /** What comes after the first word of {@code line} in its answer. */
    String answer(String name, String line) throws IOException {
        return child(name).answer(line.split(" ", 2)[0]);
    }

    String ask(String name, String line) throws IOException {
        say(name, line);
        return answer(name, line);
    }

    /** Says it to all, then waits for all; their answers in the order of the names. */
    List<String> all(String line) throws IOException {
        return those(NAMES, line);
    }

    List<String> those(List<String> names, String line) throws IOException {
        names.forEach(name -> say(name, line));
        List<String> answers = new ArrayList<>();
        for (String name : names) {
            answers.add(answer(name, line));
        }
        return answers;
    }

    void kill(String name) throws IOException {
        child(name).kill();
    }

    /** Starts one that was killed, in its directory. */
    void again(String name) throws IOException {
        begin(name);
        child(name).answer("started");
        greet(name);
        all("sees 2");
    }

    static long[] numbers(String words) {
        return Arrays.stream(words.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
        others.forEach(ChildProcess::end);
    }
}
