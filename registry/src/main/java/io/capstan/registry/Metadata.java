package io.capstan.registry;

import io.capstan.registry.core.RowCodecs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A few bytes of a program's own beside a name or a member of a group. Immutable; equal when the bytes are. */
public final class Metadata {
    /** No bytes. */
    public static final Metadata NONE = new Metadata(new byte[0]);

    private final byte[] bytes;

    private Metadata(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A copy of these bytes.
     *
     * @throws IllegalArgumentException when there are more than 4,096
     */
    public static Metadata of(byte[] bytes) {
        if (bytes.length > RowCodecs.METADATA_BYTES_MAX) {
            throw new IllegalArgumentException("metadata has at most " + RowCodecs.METADATA_BYTES_MAX + " bytes, got "
                    + bytes.length + ": keep what is larger with the process");
        }
        return bytes.length == 0 ? NONE : new Metadata(bytes.clone());
    }

    /** The UTF-8 of a text. */
    public static Metadata of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many bytes. */
    public int size() {
        return bytes.length;
    }

    /** The bytes as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Metadata that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The text. */
    @Override
    public String toString() {
        return text();
    }
}
