package io.capstan.raft;

import io.capstan.raft.internal.effect.NoEffects;

/**
 * Where a command stands in its group's log; the same on every replica.
 *
 * @param index its place, rising by at least one from command to command
 * @param time log time in milliseconds: never falls, jumps with no wall clock, stands still while no leader is there
 * @param effects takes what the command has the outside do
 */
public record LogEntry(long index, long time, Effects effects) {
    /** An entry outside of any group, whose effects come to nothing: for tests of a machine by itself. */
    public LogEntry(long index, long time) {
        this(index, time, new NoEffects(index));
    }
}
