package io.capstan.testkit.history;

import java.util.Arrays;

/**
 * A set of operations by index, cheap to remember: as operations are sorted by time, nearly all below some index are in
 * it, and only the words above need copying.
 */
final class Explained {
    private final long[] words;
    private int fullWords;

    /** Immutable. {@code words} ends with a word that is not zero, and begins behind the full ones. */
    record Snapshot(int fullWords, long[] words) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Snapshot that && fullWords == that.fullWords && Arrays.equals(words, that.words);
        }

        @Override
        public int hashCode() {
            return 31 * fullWords + Arrays.hashCode(words);
        }

        /** Whether all of this set are in the other. */
        boolean isWithin(Snapshot other) {
            for (int i = 0; i < fullWords + words.length; i++) {
                if ((word(i) & ~other.word(i)) != 0) {
                    return false;
                }
            }
            return true;
        }

        private long word(int i) {
            if (i < fullWords) {
                return -1;
            }
            return i - fullWords < words.length ? words[i - fullWords] : 0;
        }
    }

    Explained(int size) {
        words = new long[(size + 63) / 64];
    }

    void add(int index) {
        words[index >>> 6] |= 1L << index;
        while (fullWords < words.length && words[fullWords] == -1L) {
            fullWords++;
        }
    }

    void remove(int index) {
        words[index >>> 6] &= ~(1L << index);
        fullWords = Math.min(fullWords, index >>> 6);
    }

    Snapshot snapshot() {
        int end = words.length;
        while (end > fullWords && words[end - 1] == 0) {
            end--;
        }
        return new Snapshot(fullWords, Arrays.copyOfRange(words, fullWords, end));
    }
}
