package io.capstan.registry.core.owner;

/** What can be asked. */
public sealed interface OwnerQuery {
    /** Who has this name? */
    record Find(String name) implements OwnerQuery {}

    /** Who has the names behind this one, in their order? */
    record Page(String after) implements OwnerQuery {}

    /** What has changed after the change of this number? */
    record Since(long after) implements OwnerQuery {}
}
