/**
 * Processes: actors that can be monitored and linked, and that end for a reason.
 *
 * <p>Read in this order: {@link io.capstan.actors.process.Processes}, {@link io.capstan.actors.process.Self}, {@link
 * io.capstan.actors.process.Down}, {@link io.capstan.actors.process.Exit}, {@link
 * io.capstan.actors.process.Registry}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A monitor is told exactly once, whatever happens to process, node or link; never after it was ended.
 *   <li>On one node a Down comes behind everything that the process sent to the watcher.
 *   <li>However many processes of another node are watched, nothing but one agent per node watches them there, and the
 *       loss of a node costs no message between nodes at all.
 * </ul>
 *
 * <p>Not guaranteed: that a process whose Down says {@code NOCONNECTION} is gone; that a handler which is running is
 * interrupted by a kill.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.process;
