package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<Path> poms = new ArrayList<>(jarsBelow(ROOT));
        poms.addAll(jarsBelow(ROOT.resolve("bench/peers")));

        assertThat(poms)
                .hasSizeGreaterThan(10)
                .allSatisfy(pom -> assertThat(text(pom) + text(above(pom))).contains("<module.name>"));
    }

    private static List<Path> jarsBelow(Path rooms) throws IOException {
        try (Stream<Path> all = Files.list(rooms)) {
            return all.map(room -> room.resolve("pom.xml"))
                    .filter(Files::exists)
                    .filter(pom -> !text(pom).contains("<packaging>pom</packaging>"))
                    .toList();
        }
    }

    /** The pom that it inherits from, unless that is the one of all. */
    private static Path above(Path pom) {
        Path parent = Objects.requireNonNull(pom.getParent()).resolveSibling("pom.xml");
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
