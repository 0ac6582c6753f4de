/**
 * The state machines of names and groups: pure functions from inputs to ordered effects.
 *
 * <p>Read in this order: {@link io.capstan.registry.core.NameRow} and {@link io.capstan.registry.core.Claim} (what is
 * replicated), {@link io.capstan.registry.core.ClaimMessage} (what nodes say about it),
 * {@code Rounds} (how a claim becomes an owner), {@code Turns} (when it begins),
 * {@code Conflicts} (how two owners become one),
 * {@link io.capstan.registry.core.NamesCore} (the door), {@link io.capstan.registry.core.GroupsCore}, and last the
 * compositions with their tables, {@link io.capstan.registry.core.NamesReplica} and
 * {@link io.capstan.registry.core.GroupsReplica}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Of two claims whose nodes see each other from claim to decision, at most one becomes an owner.
 *   <li>A claim answered with yes was stored by every node visible at that moment.
 *   <li>Of several owners that meet, one remains: a claim that has asked to lose confirms no win, so they cannot all
 *       lose to each other.
 *   <li>A row is written by its owner's node alone and is shown only while that node is visible.
 * </ul>
 *
 * <p>Not guaranteed: one owner across a split. Both sides may own a name until they meet again.
 *
 * <p>Time is the argument of {@code tick}, in milliseconds of any clock that does not run backwards. Nothing here
 * reads a clock, draws a random number or starts a thread.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.core;
