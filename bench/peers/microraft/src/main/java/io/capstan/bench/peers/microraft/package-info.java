/** MicroRaft with its SQLite store, as {@link io.capstan.bench.seat.Seat} wants it. */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.peers.microraft;
