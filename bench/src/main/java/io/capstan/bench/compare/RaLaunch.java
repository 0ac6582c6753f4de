package io.capstan.bench.compare;

import io.capstan.bench.Erlang;
import io.capstan.bench.seat.Seating;
import io.capstan.testkit.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node of Erlang for each process, with ra of an installed RabbitMQ: {@code ra_seat.erl}, which is compiled with every run. No
 * port mapper and no name is needed: the seat knows everybody's port.
 *
 * @param ra its folder, which ends with its version, among those of what it stands on; null where it is not installed
 */
record RaLaunch(@Nullable Path ra) implements Launch {
    private static final String SEAT = "ra_seat";
    /** Of Debian's package and of RabbitMQ's own. */
    private static final Path SERVERS = Path.of("/usr/lib/rabbitmq/lib");

    private static final String LIBRARIES = "ERL_LIBS";
    private static final String RA = "ra-";

    /** Where Erlang is told to look, or where RabbitMQ is installed. */
    static RaLaunch find() {
        try {
            List<Path> folders = new ArrayList<>();
            String told = Objects.requireNonNullElse(System.getenv(LIBRARIES), "");
            Stream.of(told.split(File.pathSeparator, -1))
                    .filter(folder -> !folder.isEmpty())
                    .forEach(folder -> folders.add(Path.of(folder)));
            for (Path server : newestFirst(SERVERS, "rabbitmq_server-*")) {
                folders.add(server.resolve("plugins"));
            }
            for (Path folder : folders) {
                List<Path> found = newestFirst(folder, RA + "[0-9]*");
                if (!found.isEmpty()) {
                    return new RaLaunch(found.get(0));
                }
            }
        } catch (IOException unreadable) {
            // As good as not installed.
        }
        return new RaLaunch(null);
    }

    private static List<Path> newestFirst(Path folder, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, glob)) {
                all.forEach(found::add);
            }
        }
        found.sort(Collections.reverseOrder());
        return found;
    }

    /** Of ra; empty where there is none. */
    String version() {
        return ra == null ? "" : ra.getFileName().toString().substring(RA.length());
    }

    @Override
    public @Nullable String missing() {
        return ra != null && Erlang.isInstalled()
                ? null
                : "there is no erlc, or no ra (Debian: apt-get install rabbitmq-server; else " + LIBRARIES
                        + " is the folder that has it)";
    }

    @Override
    public ChildProcess start(Seating seating, List<String> flags) throws IOException {
        Path files = seating.directory();
        Path compiled = Objects.requireNonNull(files.getParent());
        Map<String, String> environment = Map.of(
                LIBRARIES,
                Objects.requireNonNull(Objects.requireNonNull(ra).getParent()).toString(),
                "HOME",
                compiled.toString(),
                "ERL_CRASH_DUMP_SECONDS",
                "0");
        Erlang.compile(RaLaunch.class, SEAT, compiled, environment);
        List<String> command = new ArrayList<>(List.of("erl", "-noshell"));
        command.addAll(List.of("-name", seating.name() + "@" + Seating.HOST, "-setcookie", "capstan-bench"));
        command.addAll(List.of("-start_epmd", "false", "-epmd_module", SEAT));
        command.addAll(List.of("-kernel", "inet_dist_use_interface", "{127,0,0,1}"));
        // As RabbitMQ starts it. Schedulers that wait do not spin: else a write took 5 to 10 % more processor time,
        // and was answered no sooner. A link holds 128 MB, as ra drops answers that find it full. A kill cuts nobody
        // else off.
        command.addAll(List.of("+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "+zdbbl", "128000"));
        command.addAll(List.of("-kernel", "prevent_overlapping_partitions", "false"));
        // Its standard output is for answers.
        command.addAll(
                List.of("-kernel", "logger", "[{handler,default,logger_std_h,#{config=>#{type=>standard_error}}}]"));
        command.addAll(List.of("-pa", compiled.toString(), "-run", SEAT, "main", "-extra"));
        command.addAll(seating.words());
        return ChildProcess.start(files, environment, command);
    }
}
