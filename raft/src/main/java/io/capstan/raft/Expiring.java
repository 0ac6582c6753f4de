package io.capstan.raft;

import java.util.Optional;

/**
 * A state machine in which something falls due by itself, such as a time to live.
 *
 * <p>While the group has a leader, the leader writes the command of {@link #due} once log time has reached it. It may be
 * written more than once, or late: the machine checks when it executes it.
 *
 * @param <W> commands
 */
public interface Expiring<W> {
    /** What falls due next; asked after every batch of commands. If it throws, nothing is due until the next batch. */
    Optional<Due<W>> due();

    /**
     * What is to be written when.
     *
     * @param time log time in milliseconds
     */
    record Due<W>(long time, W command) {}
}
