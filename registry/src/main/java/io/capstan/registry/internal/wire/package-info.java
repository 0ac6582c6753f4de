/**
 * Envelopes of users' messages on Pekko's wire.
 *
 * <p>Guaranteed: closed and versioned, an unknown version is refused in one line. Not guaranteed: that another version of
 * the user's own classes can be read.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.wire;
