package io.capstan.testkit.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one simulated process: a journal of records that outlives crashes as far as it was flushed.
 *
 * <p>A write is one atomic record. It is durable at a later event, in the order written; whatever is written during a
 * flush waits for the next one. A crash keeps everything durable and, by chance, none, some or all of the rest, always
 * oldest first; sometimes a torn record follows what is left.
 *
 * <p>Records are treated as immutable. All is deterministic.
 */
public final class SimDisk {
    /** Told of the fate of one write, unless the process dies first. */
    @FunctionalInterface
    public interface Completion {
        /** The record survives every crash from now on. */
        void durable();

        /**
         * The flush failed: what is on disk is unknown, and nothing is written any more before a restart. A process that
         * ignores this fails the simulation.
         */
        default void failed() {
            throw new IllegalStateException("a failed flush went unhandled");
        }
    }

    private record Write(boolean replacing, List<?> records, Completion completion) {}

    private final Member<?> owner;
    private final Spread.Nanos flush;
    private final SplittableRandom random;

    private List<Object> durable = new ArrayList<>();
    private final ArrayDeque<Write> waiting = new ArrayDeque<>();
    private int flushing;
    private long stalledUntil;
    private boolean failNext;
    private boolean broken;
    private boolean torn;

    SimDisk(Member<?> owner, Spread.Nanos flush, SplittableRandom random) {
        this.owner = owner;
        this.flush = flush;
        this.random = random;
    }

    /** Writes one record behind all others. */
    public void append(Object record, Completion completion) {
        write(new Write(false, List.of(record), completion));
    }

    /** Puts {@code records} in place of everything before, atomically: a compaction, a truncation. */
    public void replace(List<?> records, Completion completion) {
        write(new Write(true, List.copyOf(records), completion));
    }

    /** Everything written, also what is not durable yet; after a crash, what survived. A copy. */
    public <R> List<R> records(Class<R> type) {
        List<Object> all = new ArrayList<>(durable);
        waiting.forEach(write -> apply(write, all));
        return all.stream().map(type::cast).toList();
    }

    /** Whether the last crash left a torn record behind {@link #records}: a reader must stop there, not fail. */
    public boolean torn() {
        return torn;
    }

    /** From now on no flush ends before {@code time} has passed: a sick disk. */
    public void stall(Duration time) {
        stalledUntil = Math.max(stalledUntil, owner.simulation.nanos() + time.toNanos());
    }

    /** Lets the next flush fail. */
    public void failNextFlush() {
        failNext = true;
    }

    /** What is durable now, to be given to {@link #restore} later: an old backup. */
    public List<Object> backup() {
        return List.copyOf(durable);
    }

    /** Replaces what a dead process left, by nothing (a new disk) or by a backup. */
    public void restore(List<?> records) {
        if (owner.isUp()) {
            throw new IllegalStateException("the disk of " + owner.name() + " is changed only while it is dead");
        }
        durable = new ArrayList<>(records);
        torn = false;
    }

    private void write(Write write) {
        owner.requireAlive();
        waiting.add(write);
        if (flushing == 0 && !broken) {
            beginFlush();
        }
    }

    private void beginFlush() {
        flushing = waiting.size();
        long now = owner.simulation.nanos();
        long end = Math.max(now + flush.draw(random), stalledUntil);
        owner.simulation.schedule(end, new FlushEnd(owner));
    }

    /** The platters do not pause with the process: only the completions wait for it. */
    private final class FlushEnd extends EventQueue.Event {
        private final Member<?> member;
        private final int incarnation;

        FlushEnd(Member<?> member) {
            this.member = member;
            incarnation = member.incarnation();
        }

        @Override
        @Nullable
        String fire() {
            if (!member.isUp() || member.incarnation() != incarnation) {
                return null;
            }
            boolean fails = failNext;
            failNext = false;
            broken = fails; // What comes later must not be kept behind a hole.
            boolean lost = false;
            List<Completion> told = new ArrayList<>(flushing);
            for (; flushing > 0; flushing--) {
                Write write = waiting.remove();
                // A failed flush may have reached the platters in part, and no retry can tell (fsync-gate).
                lost = lost || (fails && random.nextBoolean());
                if (!lost) {
                    apply(write, durable);
                }
                told.add(write.completion());
            }
            if (!waiting.isEmpty() && !broken) {
                beginFlush();
            }
            member.deliver(fails ? "flush failed" : "flushed", () -> {
                for (Completion completion : told) {
                    if (fails) {
                        completion.failed();
                    } else {
                        completion.durable();
                    }
                }
            });
            return member.name();
        }
    }

    /** What a power cut leaves: a prefix of what was not durable; all of it and none of it are likely, too. */
    void crash() {
        int kept = switch (broken ? 0 : random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> waiting.size();
            default -> random.nextInt(waiting.size() + 1);
        };
        broken = false;
        int lost = waiting.size() - kept;
        for (int i = 0; i < kept; i++) {
            apply(waiting.remove(), durable);
        }
        torn = lost > 0 && random.nextBoolean();
        if (lost > 0) {
            owner.simulation.count("unsynced writes lost", lost);
        }
        if (torn) {
            owner.simulation.count("torn tails", 1);
        }
        waiting.clear();
        flushing = 0;
        failNext = false;
    }

    private static void apply(Write write, List<Object> records) {
        if (write.replacing()) {
            records.clear();
        }
        records.addAll(write.records());
    }
}
