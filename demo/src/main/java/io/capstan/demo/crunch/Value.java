package io.capstan.demo.crunch;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** A counted value: any bytes. Two are equal when their bytes are; they are ordered as unsigned bytes. */
public final class Value implements Comparable<Value> {
    /** Longest value that stands in a counter's name itself; longer ones are named by their SHA-256. */
    static final int PLAIN_BYTES_MAX = 120;

    private static final char PLAIN = 'v';
    private static final char HASHED = 'h';

    private final byte[] bytes;
    private final int hash;

    /** Takes the array over. */
    public Value(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** Names the value within a counter's name: printable, and short whatever the value is. */
    public String key() {
        return bytes.length <= PLAIN_BYTES_MAX
                ? PLAIN + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
                : HASHED + HexFormat.of().formatHex(sha256(bytes));
    }

    /** Whether {@link #key()} does not contain the value, so that it must be told beside it. */
    public boolean isLong() {
        return bytes.length > PLAIN_BYTES_MAX;
    }

    /** The value of a plain key; empty for the key of a long value. */
    public static Optional<Value> ofKey(String key) {
        return key.charAt(0) == PLAIN
                ? Optional.of(new Value(Base64.getUrlDecoder().decode(key.substring(1))))
                : Optional.empty();
    }

    /** The value as text, or empty when it is not valid UTF-8. */
    public Optional<String> text() {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public static Value ofBase64(String base64) {
        return new Value(Base64.getDecoder().decode(base64));
    }

    /** The bytes themselves, not a copy: do not change them. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(Value other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return text().orElseGet(this::base64);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
