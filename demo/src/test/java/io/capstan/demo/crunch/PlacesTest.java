package io.capstan.demo.crunch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.demo.crunch.Places.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The places of long values")
class PlacesTest {
    private static final Value LONG = new Value("x".repeat(200).getBytes(UTF_8));

    @TempDir
    Path folder;

    @Test
    void areReadAgainFromTheirFile() throws IOException {
        Path file = Files.writeString(folder.resolve("input"), "a " + LONG + " b");
        Map<String, Value> read = new HashMap<>();
        places(file, 2).read(read);
        assertThat(read).isEqualTo(Map.of(LONG.key(), LONG));
    }

    @Test
    void areRefusedWhenTheFileIsNotWhatWasCounted() throws IOException {
        Path file = Files.writeString(folder.resolve("input"), "a " + LONG + " b");
        assertThatThrownBy(() -> places(file, 1).read(new HashMap<>()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("changed while it was counted");
    }

    @Test
    void areToldInPartsThatFitAMessage() {
        List<Place> all = Collections.nCopies(2 * Places.PLACES_MAX + 1, new Place(LONG.key(), 0, 200));
        assertThat(Places.split("input", all))
                .extracting(part -> part.places().size())
                .containsExactly(Places.PLACES_MAX, Places.PLACES_MAX, 1);
        assertThat(Places.split("input", List.of())).isEmpty();
    }

    private static Places places(Path file, long offset) {
        return new Places(file.toString(), List.of(new Place(LONG.key(), offset, 200)));
    }
}
