/**
 * Consistent names as a state machine: who has which name, by the log of a Raft group.
 *
 * <p>Read in this order: {@code OwnerCommand} (what the log says), {@code OwnerTable} (what it does), {@code OwnerQuery}
 * and {@code OwnerReply}.
 *
 * <p>Guarantees: deterministic and total; a name has one owner in each epoch, and epochs only rise. Not guaranteed: that
 * an owner knows in time that he is none any more; his node has to ask {@link io.capstan.registry.core.owner.Tenure}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.core.owner;
