/**
 * A deterministic simulator: seeded virtual clock, network and disks driving any pure core.
 *
 * <p>Read in this order: {@link io.capstan.testkit.sim.Simulation} (the world), {@link
 * io.capstan.testkit.sim.SimProcess} and {@link io.capstan.testkit.sim.SimNode} (a process and what it has of the
 * world), {@link io.capstan.testkit.sim.SimSettings} and {@link io.capstan.testkit.sim.SimDisk} (what can go wrong),
 * {@link io.capstan.testkit.sim.Invariant}, then {@link io.capstan.testkit.sim.Seeds}, {@link
 * io.capstan.testkit.sim.Scenario} and {@link io.capstan.testkit.sim.Nemesis} (many worlds, tormented). Beside it: {@link
 * io.capstan.testkit.sim.GoldenTraces} (single stories) and {@link io.capstan.testkit.sim.KnownBugs} (do the tests notice?).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>One seed, one run: time, chance, messages, crashes and what they lose follow from the seed alone.
 *   <li>One event at a time, in the order of (time, order of scheduling), on the caller's thread; invariants are checked
 *       after each in which a process took part.
 *   <li>A failure shows the seed, the step and the last events.
 * </ul>
 *
 * <p>Not guaranteed: the same run from one version of the simulator to the next.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.sim;
