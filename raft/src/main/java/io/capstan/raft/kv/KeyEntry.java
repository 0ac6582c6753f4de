package io.capstan.raft.kv;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;

/**
 * A key and its value. Nobody writes into the value.
 *
 * @param version of its last change: rises over the whole map, so that no two changes share one
 * @param created version of the change that made it, since it was deleted last
 */
public record KeyEntry(String key, byte[] value, long version, long created) {
    /** The value as text. */
    public String text() {
        return new String(value, UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyEntry that
                && key.equals(that.key)
                && Arrays.equals(value, that.value)
                && version == that.version
                && created == that.created;
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, Arrays.hashCode(value), version, created);
    }

    @Override
    public String toString() {
        return key + " (" + value.length + " bytes) @" + version;
    }
}
