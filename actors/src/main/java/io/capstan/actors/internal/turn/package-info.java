/**
 * Whose thread takes whose turn: a request that nothing else runs beside costs as few hand-overs from thread to thread as
 * can be, for each costs more than most turns.
 *
 * <p>Guarantees: users' functions run on users' threads; a lent thread comes back after a few turns.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.turn;
