package io.capstan.registry.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process reference as rows keep it. A hundred thousand processes of one node differ only in the end of theirs: all
 * before the last slash they share. Immutable.
 */
final class ProcessText {
    private final String place;
    private final byte[] rest;

    private ProcessText(String place, byte[] rest) {
        this.place = place;
        this.rest = rest;
    }

    static ProcessText of(String reference) {
        int end = reference.lastIndexOf('/') + 1;
        // The one table that forgets by itself what nobody has any more; there are a few places on a node.
        String place = reference.substring(0, end).intern();
        return new ProcessText(place, reference.substring(end).getBytes(StandardCharsets.UTF_8));
    }

    boolean is(String reference) {
        return reference.startsWith(place) && toString().equals(reference);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProcessText that && place.equals(that.place) && Arrays.equals(rest, that.rest);
    }

    @Override
    public int hashCode() {
        return place.hashCode() * 31 + Arrays.hashCode(rest);
    }

    @Override
    public String toString() {
        return place + new String(rest, StandardCharsets.UTF_8);
    }

    /**
     * The references read last: a process with many names is kept once. Thread-safe without a lock, as all that can be
     * lost is a saving.
     */
    static final class Recent {
        private static final int SIZE = 256;

        private final @Nullable ProcessText[] texts = new @Nullable ProcessText[SIZE];

        ProcessText of(String reference) {
            int place = (reference.hashCode() * 0x9E3779B9) >>> 24;
            ProcessText known = texts[place];
            if (known == null || !known.is(reference)) {
                known = ProcessText.of(reference);
                texts[place] = known;
            }
            return known;
        }
    }
}
