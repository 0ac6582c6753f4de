package io.capstan.bench.torture.record;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A text that follows from a number: whoever knows the number can write it, and count it. */
public final class WordFile {
    private static final int WORDS = 200;

    private WordFile() {}

    /** Lines of one word each. */
    public static String text(long seed, int lines) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(word(random)).append('\n');
        }
        return text.toString();
    }

    /** How often each word stands in {@link #text}. */
    public static Map<String, Long> counts(long seed, int lines) {
        Random random = new Random(seed);
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < lines; i++) {
            counts.merge(word(random), 1L, Long::sum);
        }
        return counts;
    }

    /** Few are frequent, as in what people write. */
    private static String word(Random random) {
        return "word-" + random.nextInt(1 + random.nextInt(WORDS));
    }
}
