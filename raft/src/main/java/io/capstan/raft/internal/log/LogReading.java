package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.StoreReader;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.Malformed;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * All of one member's records, read once and judged: what opening a log and verifying one have in common.
 *
 * <p>Nothing is believed that does not fit the rest: entries are consecutive and begin where the snapshot ends or before,
 * terms do not fall, and none is above the member's own term (an entry durable without its term means that term and
 * vote were lost).
 */
final class LogReading {
    private LogRecords.@Nullable MemberRecord member;
    private final long formerEpoch;
    private HardState hardState = HardState.BLANK;
    private SnapshotMeta snapshot = SnapshotMeta.NONE;
    private long firstIndex;
    private long lastIndex;
    private long lastTerm;
    private boolean begun;
    private @Nullable LogDamage damage;
    private boolean damageKnown;
    // First index of a run of entries of one term, to that term.
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /**
     * Reads all of it.
     *
     * @throws Malformed when a newer Capstan wrote it
     */
    static LogReading of(StoreReader store, LogKeys keys) {
        return new LogReading(store, keys);
    }

    private LogReading(StoreReader store, LogKeys keys) {
        LogDamage known = single(store, keys.damage(), LogRecords::damage);
        damageKnown = known != null;
        member = single(store, keys.member(), LogRecords::member);
        HardState hard = single(store, keys.hardState(), LogRecords::hardState);
        SnapshotMeta meta = single(store, keys.snapshot(), LogRecords::snapshot);
        Long losses = single(store, keys.losses(), LogRecords::losses);
        Long former = single(store, keys.formerEpoch(), LogRecords::formerEpoch);
        formerEpoch = former == null ? 0 : former;
        hardState = hard == null ? HardState.BLANK : hard;
        snapshot = meta == null ? SnapshotMeta.NONE : meta;
        firstIndex = snapshot.index() + 1;
        lastIndex = snapshot.index();
        readEntries(store, keys, known == null ? Long.MAX_VALUE : known.soundTo());
        judge(store.losses(), losses == null ? 0 : losses);
        if (known != null) {
            damage = known;
        }
    }

    private <T> @Nullable T single(StoreReader store, byte[] key, BiFunction<byte[], byte[], T> reader) {
        byte[] record = store.get(LogKeys.SPACE, key);
        try {
            return record == null ? null : reader.apply(key, record);
        } catch (LogDamaged found) {
            damaged(found.getMessage());
            return null;
        }
    }

    private void readEntries(StoreReader store, LogKeys keys, long upTo) {
        try {
            // From 0: what a crash left of a compaction lies before the snapshot, and trailing entries are kept there.
            LogEntries.scan(store, keys, 0, upTo, entry -> {
                add(entry);
                return true;
            });
        } catch (LogDamaged found) {
            damaged(found.getMessage());
        }
    }

    private void add(Entry entry) {
        if (!begun && entry.index() <= snapshot.index() + 1) {
            firstIndex = entry.index();
        } else if (entry.index() != lastIndex + 1) {
            throw new LogDamaged("the log lacks entry " + (lastIndex + 1));
        }
        if (entry.term() < lastTerm) {
            throw new LogDamaged(
                    "entry " + entry.index() + " is of term " + entry.term() + " behind one of " + lastTerm);
        }
        begun = true;
        lastIndex = entry.index();
        lastTerm = entry.term();
        Map.Entry<Long, Long> run = runs.lastEntry();
        if (run == null || run.getValue() != entry.term()) {
            runs.put(entry.index(), entry.term());
        }
    }

    private void judge(long storeLosses, long knownLosses) {
        if (lastIndex < snapshot.index()) {
            damaged("the log lacks entry " + (lastIndex + 1));
            runs.clear();
            firstIndex = snapshot.index() + 1;
            lastIndex = snapshot.index();
        }
        long term = Math.max(lastTerm, snapshot.term());
        if (term > hardState.term()) {
            damaged("term and vote were lost: there is an entry of term " + term + ", and the member is in term "
                    + hardState.term());
        }
        if (member == null && (begun || !hardState.equals(HardState.BLANK) || snapshot.index() > 0)) {
            damaged("the member's own record was lost");
        }
        if (member != null && storeLosses > knownLosses) {
            damaged("acknowledged writes of this node's store were lost");
        }
    }

    private void damaged(@Nullable String what) {
        if (damage == null) {
            damage = new LogDamage(String.valueOf(what), 0);
        }
    }

    /** Of members that were here before; 0 for none. */
    long formerEpoch() {
        return formerEpoch;
    }

    LogRecords.@Nullable MemberRecord member() {
        return member;
    }

    HardState hardState() {
        return hardState;
    }

    SnapshotMeta snapshot() {
        return snapshot;
    }

    long firstIndex() {
        return firstIndex;
    }

    long lastIndex() {
        return lastIndex;
    }

    Map<Long, Long> runs() {
        return runs;
    }

    /** Null when the log is sound. */
    @Nullable
    LogDamage damage() {
        return damage == null ? null : new LogDamage(damage.what(), Math.min(lastIndex, soundTo()));
    }

    private long soundTo() {
        return damage != null && damageKnown ? damage.soundTo() : Long.MAX_VALUE;
    }

    /** Whether the disk knows of the damage already. */
    boolean damageKnown() {
        return damageKnown;
    }
}
