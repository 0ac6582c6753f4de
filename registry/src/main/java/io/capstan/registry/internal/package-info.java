/**
 * The shells of names and groups: one actor each, which performs what the cores ask for, and books that are read
 * without a lock.
 *
 * <p>Read in this order: {@code RegistrySettings}, {@code NamesBook} and {@code NamesActor}, then {@code GroupView},
 * {@code GroupsBook} and {@code GroupsActor}.
 *
 * <p>Guaranteed: what a caller was told has happened, the books of its node show. Not guaranteed: that two books of two
 * nodes show a change at one moment.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal;
