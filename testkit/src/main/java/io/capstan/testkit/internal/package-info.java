/**
 * What {@link io.capstan.testkit.TestCluster} does to Pekko behind its back.
 *
 * <p>Read {@link io.capstan.testkit.internal.ArteryFaults} first. This is the one place of Capstan that touches types
 * which Pekko keeps for itself; a new version of Pekko is tried here.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.internal;
