/**
 * The locks that favour availability: names that one actor of each node claims for its processes.
 *
 * <p>Guaranteed: among nodes that see each other, one holder; a hold ends with its process or its node. Not guaranteed:
 * anything about the other side of a split.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.lock;
