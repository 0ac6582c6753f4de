/**
 * Supervisors as Erlang's: ordered starts and stops, three strategies, restarts as new processes.
 *
 * <p>Read in this order: {@link io.capstan.actors.supervisor.Supervisor}, {@link
 * io.capstan.actors.supervisor.ChildSpec}, {@link io.capstan.actors.supervisor.Strategy}, {@link
 * io.capstan.actors.supervisor.Intensity}, {@link io.capstan.actors.supervisor.Children}; then {@link
 * io.capstan.actors.supervisor.Application}, {@link io.capstan.actors.supervisor.Partitions}, {@link
 * io.capstan.actors.supervisor.Task}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A supervisor does one thing after the other, on settled ground: whatever happens while children start or stop is
 *       taken up afterwards.
 *   <li>A child is started when the one before it has started, and stopped when the one behind it has stopped.
 *   <li>Nobody outlives its supervisor.
 * </ul>
 *
 * <p>Not guaranteed: that a handler which is running is interrupted; whoever blocks in one holds up its supervisor, which
 * says so in the log. A supervisor and its children are of one node.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.supervisor;
