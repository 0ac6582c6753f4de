/**
 * Groups: many processes under one name, on the available side.
 *
 * <p>Read in this order: {@link io.capstan.registry.group.Groups} with {@link io.capstan.registry.group.Group} and
 * {@link io.capstan.registry.group.Member} (joining and finding), {@link io.capstan.registry.group.GroupEvent}
 * (monitors), {@link io.capstan.registry.group.Replies} (one question to all), {@link
 * io.capstan.registry.group.CreatedGroups} (pg2's way), then
 * {@code registry.core.GroupsCore} (how) and {@code registry.internal.group.GroupsActor} (its shell).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A join that has returned is shown on its own node at once, and on every node that sees it soon.
 *   <li>Whoever stops, or whose node goes, is in no group any more; a node that returns as a new incarnation brings
 *       none of its old members back.
 *   <li>A monitor gets the members and then exactly the changes, in order.
 *   <li>What both sides of a split did is there when they meet again: groups know no conflict.
 * </ul>
 *
 * <p>Not guaranteed: that two nodes show the same members at the same moment.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.group;
