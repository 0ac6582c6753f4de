/**
 * What members and clients send each other: closed, versioned, length-checked bytes.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.wire.Out} and {@link io.capstan.raft.internal.wire.In} (bytes),
 * {@link io.capstan.raft.internal.wire.RaftFrame} (members, channel 32), {@link
 * io.capstan.raft.internal.wire.ClientFrame} (clients, channel 33), {@link io.capstan.raft.internal.wire.EffectFrame}
 * (effects, channel 35).
 *
 * <p>Guarantees: whatever bytes arrive, decoding either gives a value or throws {@link
 * io.capstan.raft.internal.wire.Malformed}, and never allocates more than a small multiple of what arrived. Not
 * guaranteed: that a well-formed frame tells the truth.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.wire;
