/**
 * Nodes as processes of their own, on this machine: how the lab, the story and crunch run a cluster, and cut, kill
 * and heal it.
 *
 * <p>Read in this order: {@link io.capstan.demo.process.NodeProcess} (one child JVM),
 * {@link io.capstan.demo.process.LocalCluster} (several, forming a cluster, taking faults),
 * {@link io.capstan.demo.process.Member} (one of them),
 * {@link io.capstan.demo.process.NodeClient} (asking one of them over HTTP).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>No orphans: a child holds the reading end of a pipe of its launcher and ends when the pipe does, also when the
 *       launcher is killed with -9.
 *   <li>A child that does not come up is told of in its own words, in one line.
 *   <li>What is cut stays cut until it is healed, also towards nodes that are started again meanwhile; for the moment that it
 *       takes to tell such a node, its own end may be whole.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.process;
