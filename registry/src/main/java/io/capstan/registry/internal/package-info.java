/**
 * The shells of names and groups: one actor each, which performs what the cores ask for, and books that are read
 * without a lock. Here is what they share; the rooms are {@code names}, {@code lock} on them, {@code group},
 * {@code consistent}, {@code folding}, and {@code wire} below group and consistent.
 *
 * <p>Read in this order: {@code RegistrySettings}, {@code Refs}, {@code Listeners}, then {@code names}.
 *
 * <p>Guaranteed: a listener hears how it is and then every change, in order. Not guaranteed: see the rooms.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal;
