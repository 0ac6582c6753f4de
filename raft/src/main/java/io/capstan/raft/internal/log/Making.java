package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.raft.GroupDirectory.Outcome;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** The group's next making, with one voter, as changes of a stopped node's store. */
final class Making {
    private static final SecureRandom CHANCE = new SecureRandom();
    private static final byte[] NOTHING = new byte[0];

    private final LogKeys keys;
    private final MemberId self;
    private final GroupId id;
    private final SnapshotMeta snapshot;
    private final long term;
    private long last;
    private long lastTime;

    /** {@code known}: every epoch of the group's that the directory, or the backup, has seen. */
    Making(LogKeys keys, String node, long known, SnapshotMeta snapshot, long term) {
        this.keys = keys;
        self = new MemberId(node, CHANCE.nextLong(1, Long.MAX_VALUE));
        id = GroupId.next(known, System.currentTimeMillis(), CHANCE.nextLong());
        this.snapshot = snapshot;
        this.term = term;
        last = snapshot.index();
        lastTime = snapshot.time();
    }

    private Configuration alone() {
        return new Configuration(List.of(new Member(self, Member.Kind.VOTER, 1)));
    }

    /** It goes on with this entry as it is; but a configuration speaks of members that are no more. */
    private Entry own(Entry entry) {
        last = entry.index();
        lastTime = entry.time();
        return entry.kind() == Entry.Kind.CONFIGURATION
                ? new Entry(entry.index(), entry.term(), entry.time(), Entry.Kind.NOOP, NOTHING)
                : entry;
    }

    /** One entry more. */
    Change entry(Entry entry) {
        return LogEntries.put(keys, List.of(own(entry)));
    }

    /** What becomes of a record that is there: of its entries those behind the snapshot are kept. */
    List<Change> kept(List<Entry> record) {
        List<Entry> kept = record.stream()
                .filter(entry -> entry.index() > snapshot.index())
                .map(this::own)
                .toList();
        return kept.isEmpty() || kept.equals(record) ? List.of() : List.of(LogEntries.put(keys, kept));
    }

    List<Change> end(long losses) {
        List<Change> changes = new ArrayList<>();
        Entry alone = new Entry(last + 1, term, lastTime, Entry.Kind.CONFIGURATION, alone().toBytes());
        changes.add(LogEntries.put(keys, List.of(alone)));
        if (snapshot.index() > 0) {
            SnapshotMeta mine =
                    new SnapshotMeta(snapshot.index(), snapshot.term(), snapshot.time(), snapshot.index(), alone());
            changes.add(put(keys.snapshot(), LogRecords.snapshot(keys.snapshot(), mine)));
        }
        changes.add(put(keys.hardState(), LogRecords.hardState(keys.hardState(), new HardState(term, null))));
        changes.add(put(keys.losses(), LogRecords.losses(keys.losses(), losses)));
        changes.add(put(
                keys.member(), LogRecords.member(keys.member(), new LogRecords.MemberRecord(self.incarnation(), id))));
        last = alone.index();
        return changes;
    }

    private static Change put(byte[] key, byte[] record) {
        return new Change.Put(LogKeys.SPACE, key, record);
    }

    Outcome outcome(String group) {
        return new Outcome(group, self.name(), id.epoch(), last);
    }
}
