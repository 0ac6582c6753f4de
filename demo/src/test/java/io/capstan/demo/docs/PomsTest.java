package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The poms, those of the peers too, which no build of every day reads")
class PomsTest {
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    /** The parent writes it into every jar, and makes none without. */
    @Test
    void everyJarHasAModuleName() throws IOException {
        List<Path> poms;
        try (Stream<Path> rooms = Stream.concat(Files.list(ROOT), Files.list(ROOT.resolve("bench/peers")))) {
            poms = rooms.map(room -> room.resolve("pom.xml"))
                    .filter(Files::exists)
                    .filter(pom -> !text(pom).contains("<packaging>pom</packaging>"))
                    .toList();
        }

        assertThat(poms)
                .hasSizeGreaterThan(10)
                .allSatisfy(pom -> assertThat(text(pom) + text(above(pom))).contains("<module.name>"));
    }

    /** The pom that it inherits from, unless that is the one of all. */
    private static Path above(Path pom) {
        Path parent = pom.getParent().resolveSibling("pom.xml");
        return parent.equals(ROOT.resolve("pom.xml")) ? pom : parent;
    }

    private static String text(Path pom) {
        try {
            return Files.readString(pom);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
