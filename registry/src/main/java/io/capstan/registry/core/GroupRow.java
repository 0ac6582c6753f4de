package io.capstan.registry.core;

import java.util.Arrays;

/**
 * How a process is in a group.
 *
 * @param times how often it has joined and not left: 1 or more
 * @param metadata the user's bytes; opaque here
 */
public record GroupRow(int times, byte[] metadata) {
    private static final byte[] NONE = new byte[0];

    /** Without metadata. */
    public static GroupRow of(int times) {
        return new GroupRow(times, NONE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GroupRow that && times == that.times && Arrays.equals(metadata, that.metadata);
    }

    @Override
    public int hashCode() {
        return times * 31 + Arrays.hashCode(metadata);
    }
}
