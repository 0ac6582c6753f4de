package io.capstan.bench.compare;

import io.capstan.bench.seat.Seating;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.SharedClasses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JVM for each process.
 *
 * @param name of the peer; empty for what is on our own class path
 * @param jars its class path: a directory of jars of its own, or none for ours
 * @param main the class that its processes run
 * @param needs what has to be installed for it; null when nothing has to be
 */
record JavaLaunch(
        String name, Path jars, String main, @Nullable Program needs) implements Launch {
    private static final List<String> FLAGS = List.of("-Xms256m", "-Xmx1g", "-XX:+UseSerialGC");

    /**
     * Of somebody else.
     *
     * @param file that is there once it is installed, somewhere on the path
     * @param packages what Debian calls it
     */
    record Program(String file, String packages) {
        boolean isInstalled() {
            String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
            return Arrays.stream(path.split(File.pathSeparator, -1))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, file)));
        }
    }

    /** Of our own class path. */
    JavaLaunch(Class<?> main) {
        this("", Path.of(""), main.getName(), null);
    }

    @Override
    public boolean isOurs() {
        return jars.toString().isEmpty();
    }

    @Override
    public @Nullable String missing() throws IOException {
        if (needs != null && !needs.isInstalled()) {
            return "there is no " + needs.file() + " (Debian: apt-get install " + needs.packages() + ")";
        }
        return isBuilt()
                ? null
                : "there are no jars in " + jars + " (mvn -Ppeers -pl bench/peers/" + name
                        + " -am package -DskipTests)";
    }

    /** Whether its jars are there, its seat's above all: of a build that failed there may be those of others alone. */
    boolean isBuilt() throws IOException {
        if (isOurs()) {
            return true;
        }
        if (!Files.isDirectory(jars)) {
            return false;
        }
        try (Stream<Path> files = Files.list(jars)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("capstan-bench-" + name + "-"));
        }
    }

    @Override
    public ChildProcess start(Seating seating, List<String> flags) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.add("-Dcapstan.log=" + seating.directory() + ".log");
        command.addAll(SharedClasses.flags(isOurs() ? System.getProperty("java.class.path") : jars + "/*"));
        command.add(main);
        command.addAll(seating.words());
        return ChildProcess.start(seating.directory(), Map.of(), command);
    }
}
