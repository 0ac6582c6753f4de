/**
 * Supervisors as Erlang's: ordered starts and stops, three strategies, restarts as new processes.
 *
 * <p>Read in this order: {@link io.capstan.actors.supervisor.Supervisor}, {@link
 * io.capstan.actors.supervisor.ChildSpec}, {@link io.capstan.actors.supervisor.Strategy}, {@link
 * io.capstan.actors.supervisor.Intensity}, {@link io.capstan.actors.supervisor.Children}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.supervisor;
