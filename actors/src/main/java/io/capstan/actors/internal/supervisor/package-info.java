/**
 * What stands behind {@link io.capstan.actors.supervisor.Supervisor}: {@code Roster} and {@code RestartWindow} decide,
 * {@link io.capstan.actors.internal.supervisor.RunningSupervisor} does one step after the other.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.supervisor;
