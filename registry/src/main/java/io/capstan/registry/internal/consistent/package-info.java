/**
 * The consistent names of one node: the machine that its member of their group runs, its session, its copy of who has which
 * name, and the fence before an owner's mailbox.
 *
 * <p>Read in this order: {@code OwnerMachine}, {@code OwnersSession}, {@code OwnersMirror}, {@code OwnersActor},
 * {@code OwnersService}; then {@code Fencing}.
 *
 * <p>Guaranteed: whoever is told that it owns a name does so until its session ends, by both its clocks. Not guaranteed: that
 * the copy is not behind the group.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry.internal.consistent;
