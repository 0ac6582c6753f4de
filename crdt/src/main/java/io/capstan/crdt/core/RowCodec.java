package io.capstan.crdt.core;

import java.nio.ByteBuffer;

/**
 * How the rows of one table are written: the key first, which says what kind of row it is, and then the value as that
 * kind has it.
 */
public interface RowCodec<K, V> {
    /** How many bytes {@link #writeKey} takes, at most. */
    int keyBytes(K key);

    void writeKey(K key, ByteBuffer out);

    /**
     * Reads a key.
     *
     * @throws MalformedFrame when the bytes are none, or of a kind unknown here
     */
    K readKey(ByteBuffer in);

    /** How many bytes {@link #writeValue} takes, at most. */
    int valueBytes(K key, V value);

    void writeValue(K key, V value, ByteBuffer out);

    /**
     * Reads a value.
     *
     * @throws MalformedFrame when the bytes are none of this key's kind
     */
    V readValue(K key, ByteBuffer in);

    /** Rows of one kind only. */
    static <K, V> RowCodec<K, V> of(Codec<K> keys, Codec<V> values) {
        return new RowCodec<>() {
            @Override
            public int keyBytes(K key) {
                return keys.bytes(key);
            }

            @Override
            public void writeKey(K key, ByteBuffer out) {
                keys.write(key, out);
            }

            @Override
            public K readKey(ByteBuffer in) {
                return keys.read(in);
            }

            @Override
            public int valueBytes(K key, V value) {
                return values.bytes(value);
            }

            @Override
            public void writeValue(K key, V value, ByteBuffer out) {
                values.write(value, out);
            }

            @Override
            public V readValue(K key, ByteBuffer in) {
                return values.read(in);
            }
        };
    }
}
