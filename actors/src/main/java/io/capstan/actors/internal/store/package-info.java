/**
 * What a node keeps on disk. Open to {@code raft} and {@code crdt} by an architecture rule, to nobody else.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.store.Store} (the one interface),
 * {@link io.capstan.actors.internal.store.StoreFailure}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.store;
