/**
 * What a node counts and measures, for Micrometer: optional, and above {@code actors} alone, for a node tells the figures of
 * all its services. {@code docs/metrics.md} lists them; without Micrometer {@link io.capstan.actors.Node#figures} has the same.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.metrics;
