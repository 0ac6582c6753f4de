/**
 * What runs in the processes of every system that is measured, Capstan's and its peers' alike: the same clients, the same clock,
 * the same door for clients in a process of their own. Knows the JDK alone, so that it can stand on any peer's class path.
 *
 * <p>{@link io.capstan.bench.seat.Seat} obeys its standard input and ends with it; {@link io.capstan.bench.seat.Service} is what a
 * system has to offer; {@link io.capstan.bench.seat.Load} is the clients.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.seat;
