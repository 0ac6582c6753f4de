/**
 * How two nodes talk: one TCP connection of Capstan's own per pair, beside Artery.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.link.Mesh} (what the other modules use),
 * {@link io.capstan.actors.internal.link.Channel}, {@link io.capstan.actors.internal.link.MeshEvent}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.link;
