package io.capstan.raft;

/**
 * Where a command stands in its group's log; the same on every replica.
 *
 * @param index its place, rising by at least one from command to command
 * @param time log time in milliseconds: never falls, jumps with no wall clock, stands still while no leader is there
 */
public record LogEntry(long index, long time) {}
