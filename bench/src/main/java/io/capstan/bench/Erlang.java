package io.capstan.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Erlang, where {@code erl} and {@code erlc} are installed. */
public final class Erlang {
    private static final int LOOK_SECONDS_MAX = 10;

    private Erlang() {}

    /** Whether it is here. */
    public static boolean isInstalled() {
        try {
            return new ProcessBuilder("erlc", "-help")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(LOOK_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Compiles a module into a directory, unless that has been done.
     *
     * @param beside the class that its source lies beside
     * @param environment the compiler's, beside our own
     */
    public static void compile(Class<?> beside, String module, Path directory, Map<String, String> environment)
            throws IOException {
        if (Files.exists(directory.resolve(module + ".beam"))) {
            return;
        }
        String source = module + ".erl";
        try (InputStream text = Objects.requireNonNull(beside.getResourceAsStream(source), source)) {
            Files.copy(text, directory.resolve(source));
        }
        Path said = directory.resolve(module + ".erlc");
        ProcessBuilder compiler = new ProcessBuilder("erlc", source)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        compiler.environment().putAll(environment);
        try {
            if (compiler.start().waitFor() != 0) {
                throw new IOException("erlc refused " + source + ": " + Files.readString(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
