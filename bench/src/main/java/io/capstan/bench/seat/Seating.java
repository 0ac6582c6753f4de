package io.capstan.bench.seat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Which process this is, and where all are.
 *
 * @param name {@code a}, {@code b}, {@code c}; {@link #CLIENT} of a process with clients alone
 * @param directory its own, for whatever must be durable
 * @param ports of the loopback, {@link #PORTS} for each process; the last is the door's
 * @param others whatever else a system is told, {@code key=value} words
 */
public record Seating(String name, Path directory, Map<String, List<Integer>> ports, Map<String, String> others) {
    /** How many ports a process has: what needs most needs three, and one is the door's. */
    public static final int PORTS = 4;

    /** The loopback. */
    public static final String HOST = "127.0.0.1";

    /** The name of a process with clients alone. */
    public static final String CLIENT = "d";

    /** As the words of a command line say. */
    static Seating parse(String[] words) {
        Map<String, List<Integer>> ports = new LinkedHashMap<>();
        for (String each : words[2].split(",", -1)) {
            String[] sides = each.split(":", -1);
            ports.put(
                    sides[0],
                    Arrays.stream(sides).skip(1).map(Integer::parseInt).toList());
        }
        Map<String, String> others = new LinkedHashMap<>();
        for (int i = 3; i < words.length; i++) {
            String[] sides = words[i].split("=", 2);
            others.put(sides[0], sides[1]);
        }
        return new Seating(words[0], Path.of(words[1]), ports, others);
    }

    /** The words of a command line. */
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of(
                name,
                directory.toString(),
                ports.entrySet().stream()
                        .map(each -> each.getKey() + ":"
                                + each.getValue().stream().map(String::valueOf).collect(Collectors.joining(":")))
                        .collect(Collectors.joining(","))));
        others.forEach((key, value) -> words.add(key + "=" + value));
        return words;
    }

    /** Whether it is one of those that keep what is written. */
    public boolean isMember() {
        return !name.equals(CLIENT);
    }

    /** The names of those: three, unless more are measured. */
    public List<String> members() {
        return ports.keySet().stream().filter(each -> !each.equals(CLIENT)).toList();
    }

    /** A number among the other things that a system is told. */
    public int other(String key, int otherwise) {
        return Integer.parseInt(others.getOrDefault(key, String.valueOf(otherwise)));
    }

    /** One of this process's own ports. */
    public int port(int which) {
        return port(name, which);
    }

    /** One of a process's ports. */
    public int port(String of, int which) {
        return Objects.requireNonNull(ports.get(of), of).get(which);
    }

    /** Where a process's door is. */
    public int door(String of) {
        return port(of, PORTS - 1);
    }

    /** {@code host:port} of each member, with a comma between. */
    public String addresses(int which) {
        return members().stream().map(each -> HOST + ":" + port(each, which)).collect(Collectors.joining(","));
    }
}
