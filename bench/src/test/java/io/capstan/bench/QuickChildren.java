package io.capstan.bench;

import io.capstan.demo.cli.Capstan;
import io.capstan.testkit.Ports;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.SharedClasses;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What most time of these tests goes into is some thirty JVMs that load the classes of a node. They are loaded once, by a node
 * that is started and stopped, into a file that all others map.
 */
public final class QuickChildren implements BeforeAllCallback {
    private static final Path FILE = Path.of("target", "child-classes.jsa").toAbsolutePath();
    private static final Duration END_MAX = Duration.ofMinutes(2);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        String jars = SharedClasses.jars(System.getProperty("java.class.path"));
        if (!jars.contains("capstan-demo")) {
            return; // Folders of classes, as they are before a build has packed them.
        }
        try (FileChannel file = FileChannel.open(
                        FILE.resolveSibling("child-classes.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            if (held.isValid() && !isFresh(jars)) {
                make(jars);
            }
        }
        if (Files.exists(FILE)) {
            System.setProperty(SharedClasses.FILE, FILE.toString());
        }
    }

    private static boolean isFresh(String jars) throws IOException {
        if (!Files.exists(FILE)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(FILE);
        for (String jar : jars.split(File.pathSeparator, -1)) {
            if (Files.getLastModifiedTime(Path.of(jar)).compareTo(made) > 0) {
                return false;
            }
        }
        return true;
    }

    /** Where it comes to nothing, as in a JVM that cannot do it, all goes on more slowly. */
    private static void make(String jars) throws IOException {
        Path files = Files.createTempDirectory("capstan-classes");
        Path draft = files.resolve("draft.jsa");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + draft, "-Xlog:disable", "-Xlog:all=error:stderr"));
        command.addAll(List.of("-Dcapstan.log=" + files.resolve("node.log"), "-cp", jars, Capstan.class.getName()));
        command.addAll(List.of("node", "--name", "a", "--tied", "--preset", "local", "--bootstrap", "--voters", "a"));
        command.addAll(List.of("--port", "" + Ports.free(), "--http", "" + Ports.free()));
        command.addAll(List.of("--directory", files.resolve("a").toString()));
        try (ChildProcess node = ChildProcess.start(files.resolve("node"), Map.of(), command)) {
            if (node.line() != null) {
                node.end();
                if (node.awaitEnd(END_MAX) && Files.exists(draft)) {
                    Files.move(draft, FILE, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
            }
        }
        System.out.println("no classes are shared: " + Files.readString(files.resolve("node.err")));
    }
}
