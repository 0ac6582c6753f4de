/**
 * The groups of one node: the actor that drives their core, the book that is read without a lock, what is published to
 * their members, and the created groups of pg2.
 *
 * <p>Read in this order: {@code GroupView}, {@code GroupsBook}, {@code GroupsActor}, {@code GroupsService}; {@code Post} and
 * {@code PostOffice}; {@code CreatedKeeper}.
 *
 * <p>Guaranteed: a listener gets the members and then exactly the changes. Not guaranteed: that what is published arrives;
 * the order of two nodes' changes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.group;
