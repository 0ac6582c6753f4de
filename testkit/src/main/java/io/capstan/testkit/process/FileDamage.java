package io.capstan.testkit.process;

import io.capstan.testkit.DiskFault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What becomes of the files of a member that does not run; each tells what it did. */
final class FileDamage {
    private static final int SOUNDINGS = 1_000;

    private final Path directory;
    private final Path saved;
    private final Random random;

    /**
     * For one member.
     *
     * @param saved where the state is that {@code stale} brings back
     */
    FileDamage(Path directory, Path saved, Random random) {
        this.directory = directory;
        this.saved = saved;
        this.random = random;
    }

    String damage(DiskFault.Damage.Kind kind) throws IOException {
        return switch (kind) {
            case FLIP -> flip();
            case TRUNCATE -> truncate();
            case STALE -> stale();
            case WIPE -> wipe();
        };
    }

    /** A copy, with holes where the original has them. */
    String save() throws IOException {
        remove(saved);
        copy(directory, saved);
        return "saved";
    }

    private String flip() throws IOException {
        Path file = drawn();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = 0;
            int before = 0;
            // Where something was written, if that is found: in a hole it would hurt nobody.
            for (int i = 0; i < SOUNDINGS && before == 0; i++) {
                at = random.nextLong(bytes.length());
                bytes.seek(at);
                before = bytes.read();
            }
            int bit = random.nextInt(8);
            bytes.seek(at);
            bytes.write(before ^ (1 << bit));
            return "flipped bit " + bit + " of byte " + at + " of " + directory.relativize(file);
        }
    }

    private String truncate() throws IOException {
        Path file = drawn();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long before = bytes.length();
            bytes.setLength(random.nextLong(before));
            return "truncated " + directory.relativize(file) + " from " + before + " to " + bytes.length() + " bytes";
        }
    }

    private String stale() throws IOException {
        if (!Files.isDirectory(saved)) {
            throw new IllegalStateException("nothing was saved of " + directory.getFileName() + " before");
        }
        wipe();
        copy(saved, directory);
        return "put the saved files back";
    }

    private String wipe() throws IOException {
        int count = 0;
        for (Path child : children(directory)) {
            remove(child);
            count++;
        }
        return "removed all, " + count + " at the top";
    }

    /** One with content, each as likely. */
    private Path drawn() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IllegalStateException("there is no file with content in " + directory);
            }
            return files.get(random.nextInt(files.size()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        Command.run("cp", "-a", from + "/.", to.toString());
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    /** With all that is below. */
    static void remove(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
