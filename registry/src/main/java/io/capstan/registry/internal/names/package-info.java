/**
 * The available names of one node: the actor that drives their core, its mail, and the book that is read without a lock.
 *
 * <p>Read in this order: {@code NamesBook}, {@code NamesMessage}, {@code Mail} with {@code Brief}, {@code NamesActor},
 * {@code NamesService}; then {@code Keeper}, of standbys.
 *
 * <p>Guaranteed: what a caller was told has happened, the book of its node shows; every request is answered, also when the
 * actor fails. Not guaranteed: that two books of two nodes show a change at one moment, nor on whose thread a turn is taken.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.names;
