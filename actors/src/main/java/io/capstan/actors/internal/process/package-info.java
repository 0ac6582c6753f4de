/**
 * What stands behind {@link io.capstan.actors.process.Processes}.
 *
 * <p>Read in this order: {@code Cell} (what is known of one process), {@link
 * io.capstan.actors.internal.process.ProcessTable} (all of a system), {@code ProcessInterceptor} (how a process tells
 * why it ends), {@code Watchman} (those that do not tell), {@code Agent}, {@code Session} and {@code ProcessCodec} (the
 * same between nodes), {@code Callees} (calls between nodes).
 *
 * <p>Guarantees: whatever stands here ends with its process, its watcher or its link, whichever ends first, but for the
 * watch that calls share, which stays while there is room; locks are
 * held for some instructions and never while a listener runs. Between two nodes everything is said by one agent of
 * each, in sessions that last as long as the link does: what belonged to an earlier one is never taken for the present.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.process;
