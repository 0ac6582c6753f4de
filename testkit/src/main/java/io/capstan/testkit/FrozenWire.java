package io.capstan.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bytes that releases put on the wire or into logs, kept as they were: a file per release and protocol, {@code
 * src/test/resources/wire/RELEASE/PROTOCOL.txt}, of lines of hex digits. The code of today is the newer side of a rolling upgrade,
 * and a file is all that is needed of the older.
 *
 * <p>The first line says what holds of a release: {@code # both ways}: today's code reads all of it, and writes the same bytes, so
 * that release reads what it writes; {@code # read only}: it reads all of it, and no longer writes it, which needs a reason in
 * {@code docs/upgrades.md}. A file is made once, with {@code -Dwire.freeze=RELEASE}, and never edited below its first line.
 */
public final class FrozenWire {
    /** The system property that names the release to freeze. */
    public static final String FREEZE = "wire.freeze";

    private static final Path FOLDER = Path.of("src/test/resources/wire");
    private static final String BOTH_WAYS = "# both ways";
    private static final String READ_ONLY = "# read only";

    private FrozenWire() {}

    /** Reads one frame, or throws. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] frame) throws Exception;
    }

    /**
     * Holds today's code against every release.
     *
     * @param protocol the files' name
     * @param today an example of each frame that is written today, in hex digits and spaces
     * @param reader today's
     * @throws AssertionError naming release, protocol and bytes, when a frame is not read, or not written any more
     */
    public static void check(String protocol, Collection<String> today, Reader reader) throws IOException {
        check(FOLDER, System.getProperty(FREEZE, ""), protocol, today, reader);
    }

    /** The same in {@code folder}; {@code freeze} is the release to freeze before, or empty. */
    static void check(Path folder, String freeze, String protocol, Collection<String> today, Reader reader)
            throws IOException {
        List<String> written =
                today.stream().map(hex -> hex.replace(" ", "")).sorted().toList();
        if (!freeze.isEmpty()) {
            Path file = folder.resolve(freeze).resolve(protocol + ".txt");
            Files.createDirectories(folder.resolve(freeze));
            Files.writeString(file, BOTH_WAYS + "\n" + String.join("\n", written) + "\n");
        }
        List<Path> releases;
        try (Stream<Path> folders = Files.list(folder)) {
            releases = folders.map(release -> release.resolve(protocol + ".txt"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
        if (releases.isEmpty()) {
            throw new AssertionError("no release of " + protocol + " is frozen: -D" + FREEZE + "=RELEASE does it");
        }
        for (Path release : releases) {
            check(release, written, reader);
        }
    }

    private static void check(Path release, List<String> written, Reader reader) throws IOException {
        List<String> lines = Files.readAllLines(release);
        boolean bothWays = lines.get(0).equals(BOTH_WAYS);
        if (!bothWays && !lines.get(0).startsWith(READ_ONLY)) {
            throw new AssertionError(release + " begins with \"" + BOTH_WAYS + "\" or \"" + READ_ONLY + "\"");
        }
        for (String frame : lines.subList(1, lines.size())) {
            try {
                reader.read(HexFormat.of().parseHex(frame));
            } catch (Exception refused) {
                throw new AssertionError(release + " wrote " + frame + ", which is not read any more", refused);
            }
            if (bothWays && !written.contains(frame)) {
                throw new AssertionError(release + " has " + frame + ", which is not written any more: a node of that"
                        + " release would not understand this one");
            }
        }
    }
}
