package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The BOM, which has no parent")
class BomTest {
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Pattern VERSION = Pattern.compile("<version>([^<$]+)</version>");
    private static final Pattern MODULE = Pattern.compile("<module>([a-z]+)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(capstan-[a-z]+_2\\.13)</artifactId>");
    /** No libraries. */
    private static final List<String> NOT_DEPENDED_ON = List.of("bom", "demo", "bench");

    @Test
    void namesEveryLibraryAndHasTheVersionOfAll() throws IOException {
        String all = Files.readString(ROOT.resolve("pom.xml"));
        String bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        List<String> libraries = found(MODULE, all).stream()
                .filter(module -> !NOT_DEPENDED_ON.contains(module))
                .map(module -> "capstan-" + module + "_2.13")
                .toList();

        assertThat(found(ARTIFACT, bom)).containsExactlyElementsOf(withItself(libraries));
        assertThat(found(VERSION, bom)).first().isEqualTo(found(VERSION, all).get(0));
    }

    private static List<String> withItself(List<String> libraries) {
        return Stream.concat(Stream.of("capstan-bom_2.13"), libraries.stream()).toList();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }
}
