/**
 * The locks' way to their group and back.
 *
 * <p>Read in this order: {@code LockCodec} (bytes), {@code LockMachine} (the table as a state machine).
 *
 * <p>Guarantees: the bytes of a command never change their meaning; unknown versions are refused. Not guaranteed: that a
 * client of an older version understands a newer reply.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.lock.internal;
