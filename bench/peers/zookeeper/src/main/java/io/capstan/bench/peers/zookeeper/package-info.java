/** ZooKeeper, and Curator's locks on it, as {@link io.capstan.bench.seat.Seat} wants them. */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.peers.zookeeper;
