package io.capstan.registry.core;

import java.nio.charset.StandardCharsets;

/** What people call names and groups: text that fits a row's key, and comes back from the wire as it was. */
public final class Text {
    private Text() {}

    /**
     * Refuses what is longer than {@link RowCodecs#NAME_BYTES_MAX}, or no proper text.
     *
     * @param what it is, for the refusal
     * @throws IllegalArgumentException naming {@code what}, the limit and the length
     */
    public static void require(String what, String text) {
        // Shorter in chars than in bytes, always: what is far too long is not encoded first.
        int bytes =
                text.length() > RowCodecs.NAME_BYTES_MAX ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > RowCodecs.NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    what + " has at most " + RowCodecs.NAME_BYTES_MAX + " bytes of UTF-8, got " + bytes);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(what + " is proper text, got an unpaired surrogate");
        }
    }
}
