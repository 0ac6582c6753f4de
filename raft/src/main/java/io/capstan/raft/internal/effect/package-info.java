/**
 * What commands have the outside do: messages, timers, monitors.
 *
 * <p>Read in this order: {@link io.capstan.raft.Effects} (what a state machine asks for), {@link
 * io.capstan.raft.internal.effect.EntryEffects} (takes it, while one command runs), {@link
 * io.capstan.raft.internal.effect.EffectTable} (what no entry has acknowledged; the same on every replica), {@link
 * io.capstan.raft.internal.effect.Errands} (what the leader does about it), {@link
 * io.capstan.raft.internal.effect.Mailroom} (where it reaches a node). Timers are not among the errands: log time is the
 * core's, and {@code peer} proposes what it has reached.
 *
 * <p>Guarantees: a message is in its process's mailbox once, and after those that the group sent to it before, for as long
 * as its node runs; a timer or monitor executes its command once. Not guaranteed: that a process works its mail off, or
 * that a monitor tells a dead node from one that is out of the leader's reach.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.effect;
