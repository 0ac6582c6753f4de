package io.capstan.registry;

/**
 * What a monitor of a name is told: first how it is, then every change, as its node shows it and in that order.
 *
 * @param <T> of the name's messages
 */
public sealed interface NameEvent<T> {
    /** Which name. */
    Name<T> name();

    /** This process has the name now; also told when its metadata changed. */
    record Owned<T>(Name<T> name, Owner<T> owner) implements NameEvent<T> {}

    /** Nobody has it now. */
    record Free<T>(Name<T> name) implements NameEvent<T> {}
}
