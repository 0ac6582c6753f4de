/**
 * The key-value map in its group.
 *
 * <p>Read in this order: {@link io.capstan.raft.kv.internal.KvMachine} (the table as a state machine), {@link
 * io.capstan.raft.kv.internal.KvCodec} (commands, queries and replies in bytes), {@code KvSnapshot}.
 *
 * <p>Guarantees: closed, versioned, length-checked bytes. Not guaranteed: anything to who is not {@code raft.kv}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.kv.internal;
