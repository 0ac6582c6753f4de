/**
 * Whose thread takes whose turn: a request that nothing else runs beside costs as few hand-overs from thread to thread as
 * can be, for each costs more than most turns.
 *
 * <p>{@code LentThreads} and {@code Promise} say who goes on; {@code Spawning} begins an actor, or says that none is any more.
 *
 * <p>Guarantees: users' functions run on users' threads; a lent thread comes back after a few turns.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.turn;
