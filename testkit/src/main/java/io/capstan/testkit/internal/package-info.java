/**
 * What {@link io.capstan.testkit.TestCluster} does to Pekko behind its back.
 *
 * <p>Read {@link io.capstan.testkit.internal.ArteryFaults} first. It touches types which Pekko keeps for itself, as
 * actors' processes do: a new version of Pekko is tried here first.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.internal;
