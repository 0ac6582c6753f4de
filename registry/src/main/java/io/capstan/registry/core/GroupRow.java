package io.capstan.registry.core;

import io.capstan.registry.Metadata;

/**
 * How a process is in a group.
 *
 * @param times how often it has joined and not left: 1 or more
 * @param metadata the user's; opaque here
 */
public record GroupRow(int times, Metadata metadata) {
    /** Without metadata. */
    public static GroupRow of(int times) {
        return new GroupRow(times, Metadata.NONE);
    }
}
