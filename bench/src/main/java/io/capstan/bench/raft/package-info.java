/**
 * Groups on three processes of one machine.
 *
 * <p>{@link io.capstan.bench.raft.CommitMeasurement}: what one write costs beside what the disk and the loopback cost, in
 * the same run, and how many there are when many are under way. {@link io.capstan.bench.raft.KillRun}: processes killed
 * again and again under load, what is lost (nothing), and how long nobody can write. {@link io.capstan.bench.raft.LongRun}:
 * millions of entries, a large snapshot, followers that are paused, floods of users' messages. {@link
 * io.capstan.bench.raft.LockMeasurement}: pairs and handovers of locks. {@link io.capstan.bench.raft.GuardedFileRun}:
 * the command's locks on one file, under kills.
 *
 * <p>Figures of one run may be compared with each other and with nothing else: ratios, not absolutes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.raft;
