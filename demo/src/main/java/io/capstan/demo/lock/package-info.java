/**
 * Commands that run while they hold a lock: {@code capstan lock NAME -- COMMAND}.
 *
 * <p>Read in this order: {@link io.capstan.demo.lock.RemoteHold} (a lock held through a node's door), {@link
 * io.capstan.demo.lock.GuardedCommand} (a command that dies with us), {@link io.capstan.demo.lock.LockedRun} (one while the
 * other).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Of several nodes the next is asked when one does not answer, or says nothing for five seconds while the lock is waited
 *       for (a node that lives says so twice a second), or is not confirmed by a majority for as long, or for its part of the
 *       wait; and the first again, while there is time and one is without a majority only. Whoever waits behind another
 *       holder stays where it waits.
 *   <li>The command begins after the lock was granted, with its fencing token in its environment.
 *   <li>It is ended, first asked and then killed, before the time for which the lock is certainly held is over, by the earlier
 *       of the monotonic and the wall clock; at once when the lock is known to be lost.
 *   <li>Where {@code setsid} and {@code setpriv} are (Linux), all processes of its session die with this one, also when this
 *       one is killed with -9. A daemon that makes a session of its own is out of reach.
 *   <li>The lock is free as soon as the command has ended: released, or, when this process was killed, by its connection's end,
 *       within a second or two.
 * </ul>
 *
 * <p>Not guaranteed: that this process runs. Paused (SIGSTOP, a suspended machine) for longer than the time to live it has
 * lost the lock: its node holds it only for whoever asks. Nobody ends the command in time then, and only the token protects
 * what the lock guards. When it goes on it ends the command and says so, even if that has ended meanwhile.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.lock;
