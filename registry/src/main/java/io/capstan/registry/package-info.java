/**
 * Names: one process of the whole cluster under each, on the side of CAP that the program chooses for each.
 *
 * <p>Read in this order: {@link io.capstan.registry.Names} with {@link io.capstan.registry.Name},
 * {@link io.capstan.registry.Registration} and {@link io.capstan.registry.OnConflict}, then {@link
 * io.capstan.registry.ConsistentNames}, {@code group} (many processes under one name), {@code core} (how) and {@code
 * internal} (the actors).
 *
 * <h2>Guarantees of available names</h2>
 * <ul>
 *   <li>Among nodes that see each other a name has one owner at most, and a register that was told yes is shown by all
 *       of them. No register outlives its deadline.
 *   <li>After a split has healed one owner of each name remains, the same for all, and the others were told.
 *   <li>Whoever stops, or whose node goes, has no name any more; a node that returns as a new incarnation brings nothing
 *       of the old one back.
 * </ul>
 *
 * <p>Not guaranteed: one owner across a split. Where that is needed, use consistent names: one owner in each epoch.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.registry;
