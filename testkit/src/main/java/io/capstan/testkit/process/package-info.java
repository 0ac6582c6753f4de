/**
 * Clusters of separate processes, and what can be done to them. Knows the JDK and the notation of faults; what it does to
 * the machine it does by the machine's own commands ({@code ip}, {@code nft}, {@code tc}, {@code mount}, {@code gcc}), where
 * they are and may be used.
 *
 * <p>Read in this order: {@link io.capstan.testkit.process.ProcessCluster} (the cluster, and the faults it takes), {@link
 * io.capstan.testkit.process.Program} and {@link io.capstan.testkit.process.Place} (what runs, and where), {@link
 * io.capstan.testkit.process.Instrument} (what a machine must have for which faults), {@link
 * io.capstan.testkit.process.ChildProcess} (one process, spoken to line by line). By themselves, too: {@link
 * io.capstan.testkit.process.Namespaces}, {@link io.capstan.testkit.process.Disk}, {@link
 * io.capstan.testkit.process.DiskShim}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A member that is killed or ends is started again under its name, at its address, in its directory.
 *   <li>From the moment a cut is made until it is healed nothing passes in its direction, also to and from members that are
 *       restarted meanwhile; nobody is told.
 *   <li>What cannot be done on this machine is refused in one line that says why, never left out in silence.
 *   <li>Everything ends with whoever made it, however it ends: a member with its standard input, which only we hold; what a
 *       killed process left of namespaces and mounts is removed by the next that makes some.
 * </ul>
 *
 * <p>Not guaranteed: that a member which does not read its standard input ends with us; any time within which a fault is
 * noticed; relaying of other ports than a place's.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.process;
