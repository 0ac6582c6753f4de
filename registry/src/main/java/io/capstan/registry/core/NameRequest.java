package io.capstan.registry.core;

/** What somebody wants of a name. */
public sealed interface NameRequest {
    /** Who is to be answered. */
    Caller caller();

    /** The name it is about. */
    String name();

    /** The time, as {@code tick} tells it, after which nothing may happen any more. */
    long deadline();

    /**
     * Give the name to a process of this node.
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
            byte[] metadata)
            implements NameRequest {}

    /** Take the name from whoever has it. */
    record Unregister(Caller caller, String name, long deadline) implements NameRequest {}
}
