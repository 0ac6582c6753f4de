package io.capstan.raft;

import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a command has the outside do: {@link LogEntry#effects}, for as long as {@link StateMachine#handleWrite} runs. Whatever
 * is asked for here is part of the group's state, is in its snapshots, and outlives its leaders; only the leader does it.
 *
 * <p>A command that throws has no effects. Of sends, timers and monitors of one group there may be 65,536 each at a time, of
 * 64 MiB together, each message and command of up to 48 KiB; whatever is beyond is refused by an exception, on every
 * replica alike, as is every call after {@code handleWrite} has returned.
 */
public interface Effects {
    /**
     * Which effect of which group: the same on every replica and with every repetition. {@link #toString} is a key under
     * which others can tell a repetition from a second request.
     *
     * @param epoch the group's recovery epoch when the command was executed
     * @param index of the command in the log
     * @param ordinal of the effect among the command's, from 0
     */
    record Id(String group, long epoch, long index, int ordinal) implements Comparable<Id> {
        /** Earlier effects of one group first. */
        @Override
        public int compareTo(Id other) {
            int byEpoch = Long.compare(epoch, other.epoch);
            int byIndex = byEpoch != 0 ? byEpoch : Long.compare(index, other.index);
            return byIndex != 0 ? byIndex : Integer.compare(ordinal, other.ordinal);
        }

        @Override
        public String toString() {
            return group + "/" + epoch + "/" + index + "/" + ordinal;
        }
    }

    /** How a monitored process ended. The codes are in the log. */
    enum Down {
        /** It stopped, or was not there any more. */
        STOPPED(1),
        /** The leader lost its node, or never found it: the process may be running. */
        NOCONNECTION(2);

        private final int code;

        Down(int code) {
            this.code = code;
        }

        /** As in the log. */
        public int code() {
            return code;
        }
    }

    /** The id of the effect that is asked for next, so that a message can carry its own. */
    Id next();

    /**
     * Has {@code message} delivered to the mailbox of {@code to}, which lives on a node of the cluster on which {@link Raft}
     * runs: once, however often it has to be sent, and after whatever this group had sent to it before. As with every
     * message, one that its process has not worked off when it dies is lost. One to a node that did not answer the leader for
     * {@code capstan.raft.effects.give-up-after} is given up.
     *
     * @param message travels as every message between nodes does, through Pekko's serialization
     */
    <T> Id send(ActorRef<T> to, T message);

    /**
     * Has {@code command} executed once, as a command of its own, when log time has reached {@code time}, or later. Takes the
     * place of this group's timer of the same name; the same time and command again changes nothing.
     *
     * @param time log time in milliseconds, as {@link LogEntry#time}
     */
    Id timer(String name, long time, Object command);

    /** Ends the timer of that name, if there is one: its command will not be executed. */
    void cancel(String name);

    /**
     * Has a command executed, once, when {@code process} has stopped, or its node is lost; at once when it is so already.
     *
     * @param command for each way to end; asked for all of them now, so it must be as deterministic as the machine
     */
    Id monitor(ActorRef<?> process, Function<Down, ?> command);

    /** Ends a monitor, if it is still there: its command will not be executed. */
    void demonitor(Id monitor);
}
