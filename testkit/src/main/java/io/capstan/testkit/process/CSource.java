package io.capstan.testkit.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What is written in C, because only C can say it, and compiled where it is needed. */
final class CSource {
    private CSource() {}

    /** Why this machine cannot have what is written in C and loaded before a program, in one line. */
    static Optional<String> missing(String what) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of(what + ": need Linux");
        }
        return Command.exists("gcc") ? Optional.empty() : Optional.of(what + ": there is no gcc");
    }

    /** A library of a resource, compiled into a directory unless it is there. */
    static Path library(String resource, Path directory) throws IOException {
        Path compiled = compiled(resource, directory);
        return Files.exists(compiled) ? compiled : compile(resource, directory, "-shared", "-fPIC", "-ldl");
    }

    private static Path compiled(String resource, Path directory) {
        return directory.toAbsolutePath().resolve(resource.replace(".c", ""));
    }

    /** Compiles a resource of this package into a file of a directory; returns that. */
    static Path compile(String resource, Path directory, String... flags) throws IOException {
        Path source = directory.resolve(resource);
        Path compiled = compiled(resource, directory);
        try (InputStream in = Objects.requireNonNull(CSource.class.getResourceAsStream(resource), resource)) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command =
                new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-o", compiled.toString(), source.toString()));
        command.addAll(List.of(flags));
        Command.run(command, "");
        return compiled;
    }
}
