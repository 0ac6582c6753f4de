package io.capstan.demo.crunch;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.crunch.Deck.Dealt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeckTest {
    @Test
    void everyChunkIsDealtOnce() {
        Deck deck = new Deck(Chunk.cut("f", 10, 1), "", 0);
        List<Integer> dealt = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            dealt.add(next(deck, i % 2 == 0 ? "a" : "b").number());
        }
        assertThat(dealt).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(deck.deal("a")).isNull();
        dealt.forEach(number -> assertThat(deck.counted(number)).isTrue());
        assertThat(deck.allCounted()).isTrue();
    }

    @Test
    void whatALostNodeHeldIsDealtAgainFirst() {
        Deck deck = new Deck(Chunk.cut("f", 4, 1), "", 0);
        next(deck, "a");
        next(deck, "b");
        deck.counted(0);
        next(deck, "a");
        deck.lost("a");

        assertThat(next(deck, "b").number()).isEqualTo(2);
        assertThat(next(deck, "b").number()).isEqualTo(3);
    }

    @Test
    void aChunkThatTwoNodesCountedIsNewsOnce() {
        Deck deck = new Deck(Chunk.cut("f", 2, 1), "", 0);
        next(deck, "a");
        deck.lost("a");
        assertThat(deck.counted(0)).as("it was only out of reach").isTrue();
        assertThat(next(deck, "b").number()).as("it is not dealt again").isEqualTo(1);
        assertThat(deck.counted(0)).isFalse();
    }

    @Test
    void theVictimKeepsItsLastChunkToItselfAndAllWaitUntilItIsGone() {
        Deck deck = new Deck(Chunk.cut("f", 10, 1), "v", 30);
        for (int i = 0; i < 3; i++) {
            assertThat(next(deck, "v").last()).isFalse();
            assertThat(deck.condemned()).isNegative();
            deck.counted(i);
        }
        assertThat(next(deck, "a").last()).isFalse();
        Dealt last = next(deck, "v");
        assertThat(last.last()).isTrue();
        assertThat(deck.condemned()).isEqualTo(last.number());
        assertThat(deck.deal("a")).isNull();
        deck.lost("v");

        assertThat(deck.condemned()).isNegative();
        Dealt again = next(deck, "a");
        assertThat(again.number()).isEqualTo(last.number());
        assertThat(again.last()).as("whoever counts it now tells of it").isFalse();
    }

    @Test
    void oneChunkIsKeptForTheVictimHoweverSlowItIs() {
        Deck deck = new Deck(Chunk.cut("f", 3, 1), "v", 30);
        next(deck, "a");
        next(deck, "a");
        assertThat(deck.deal("a")).isNull();
        assertThat(next(deck, "v").last()).isTrue();
    }

    @Test
    void whoeverBeginsAJobAgainCutsItsFilesAlike(@TempDir Path folder) throws IOException {
        // A chunk's number is the id of what is added for it: with fewer workers it must not stand for something else.
        Path file = Files.write(folder.resolve("f"), new byte[1 << 20]);
        Job job = new Job("1", List.of(file.toString()), 1, 3, "result");

        assertThat(Coordinator.chunks(job.again(2))).isEqualTo(Coordinator.chunks(job));
    }

    private static Dealt next(Deck deck, String node) {
        return Objects.requireNonNull(deck.deal(node));
    }
}
