package io.capstan.registry.core;

import io.capstan.registry.Metadata;

/** What somebody wants of a name. */
public sealed interface NameRequest {
    /** Who is to be answered. */
    Caller caller();

    /** The name it is about. */
    String name();

    /** The time, as {@code tick} tells it, after which nothing may happen any more. */
    long deadline();

    /** Whether an owner of the node that does it gets another row in place. */
    default boolean replaces() {
        return false;
    }

    /**
     * Give the name to a process of the node that does it.
     *
     * @param takeOver reRegister: also from whoever has it now
     */
    record Register(
            Caller caller,
            String name,
            long deadline,
            boolean takeOver,
            NameRow.Loss loss,
            String process,
            Metadata metadata)
            implements NameRequest {
        @Override
        public boolean replaces() {
            return takeOver;
        }
    }

    /**
     * Change the metadata of the owner, who is a process of the node that does it.
     *
     * @param expected what the change was computed from: if it is something else by now, nothing is done
     */
    record Update(Caller caller, String name, long deadline, Metadata expected, Metadata metadata)
            implements NameRequest {
        @Override
        public boolean replaces() {
            return true;
        }
    }

    /** Take the name from whoever has it. */
    record Unregister(Caller caller, String name, long deadline) implements NameRequest {}
}
