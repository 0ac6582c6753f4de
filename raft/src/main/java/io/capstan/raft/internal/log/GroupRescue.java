package io.capstan.raft.internal.log;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreInspection;
import io.capstan.actors.internal.store.StoreReader;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.GroupDirectory.Outcome;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.snapshot.Shelf;
import io.capstan.raft.internal.snapshot.SnapshotCheck;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does to a group in a stopped node's directory, when the group itself cannot do it any more.
 *
 * <p>A group that goes on from one member is another making of it: a new id with a higher epoch, so that nobody of the old
 * one is listened to; one voter; and a log that every later member begins from the same snapshot, since the replay of an
 * entry may depend on the epoch. Configurations of the old making become entries without content.
 */
public final class GroupRescue {
    private GroupRescue() {}

    /** See {@link io.capstan.raft.GroupDirectory#recover}. */
    public static Outcome recover(Path directory, String group, Set<String> lost, StoreSettings settings) {
        String node = StoreInspection.nodeName(directory);
        try (NodeStore store = NodeStore.open(directory, node, settings)) {
            LogKeys keys = new LogKeys(group);
            LogReading log = sound(store, group);
            GroupId old = idOf(log, group);
            requireLost(votersOf(store, keys, log), node, lost, group);
            requireSnapshot(store.snapshots(), group, log.snapshot());
            long known = Math.max(old.epoch(), log.formerEpoch());
            Making made = new Making(
                    keys, node, known, log.snapshot(), log.hardState().term());
            List<Change> changes = new ArrayList<>();
            // What the snapshot has is not to be replayed by anybody.
            changes.add(new Change.DeleteRange(
                    LogKeys.SPACE, keys.entry(0), keys.entry(log.snapshot().index() + 1)));
            long first = LogEntries.span(log.snapshot().index() + 1);
            store.scan(LogKeys.SPACE, keys.entry(first), keys.entriesEnd(), (key, record) -> {
                changes.addAll(made.kept(LogRecords.entries(key, record, keys.index(key))));
                return true;
            });
            changes.addAll(made.end(store.losses()));
            LogCheck.await(store, changes);
            return made.outcome(group);
        }
    }

    private static void requireLost(Configuration configuration, String node, Set<String> lost, String group) {
        TreeSet<String> voters = new TreeSet<>();
        for (Member member : configuration.members()) {
            if (member.kind() == Member.Kind.VOTER) {
                voters.add(member.id().name());
            }
        }
        if (!voters.contains(node)) {
            throw invalid(node + " is no voter of group " + group + " (" + voters
                    + "): what it has may lack what was acknowledged");
        }
        if (lost.contains(node) || !voters.containsAll(lost)) {
            throw invalid("lost nodes are other voters of group " + group + ", of " + voters + "; got " + lost);
        }
        int quorum = voters.size() / 2 + 1;
        if (voters.size() - lost.size() >= quorum) {
            throw invalid((voters.size() - lost.size()) + " of the " + voters.size() + " voters of group " + group
                    + " are not lost: they are a majority, and go on without this");
        }
    }

    /** See {@link io.capstan.raft.GroupDirectory#backup}. */
    public static Outcome backup(Path directory, String group, Path file, StoreSettings settings) {
        // To be read only: of the last one that is left, a copy comes before anything that changes it.
        try (StoreInspection store = StoreInspection.open(directory, settings)) {
            LogKeys keys = new LogKeys(group);
            LogReading log = sound(store, group);
            GroupId id = idOf(log, group);
            SnapshotMeta meta = log.snapshot();
            requireSnapshot(store.snapshots(), group, meta);
            try (Snapshots.Snapshot content = new Shelf(store.snapshots(), group).open(meta.index())) {
                long bytes = content == null ? 0 : content.bytes();
                BackupFile.Head head =
                        new BackupFile.Head(group, id, log.hardState().term(), meta, bytes, log.lastIndex());
                save(store, keys, file, head, content);
            }
            return new Outcome(group, store.node(), id.epoch(), log.lastIndex());
        } catch (FileAlreadyExistsException there) {
            throw invalid(file + " is there already");
        } catch (IOException failed) {
            throw invalid(file + " cannot be written (" + failed + ")");
        }
    }

    /**
     * Saves a running member's snapshot. Failures are a {@link RaftFailure}, INVALID or NOT_NOW.
     *
     * @param content of the snapshot; null when it is gone meanwhile
     */
    public static Outcome save(
            String group,
            String node,
            GroupId id,
            long term,
            SnapshotMeta meta,
            Snapshots.@Nullable Snapshot content,
            Path file) {
        if (content == null) {
            throw new RaftFailure(
                    RaftFailure.Kind.NOT_NOW, "a newer snapshot has taken the place of the one to be saved");
        }
        BackupFile.Head head = new BackupFile.Head(group, id, term, meta, content.bytes(), meta.index());
        try (BackupFile.Writing out = new BackupFile.Writing(file, head)) {
            pieces(content, head.snapshotBytes(), out);
            out.seal();
        } catch (FileAlreadyExistsException there) {
            throw invalid(file + " is there already");
        } catch (IOException failed) {
            throw invalid(file + " cannot be written (" + failed + ")");
        }
        return new Outcome(group, node, id.epoch(), meta.index());
    }

    private static void pieces(Snapshots.Snapshot content, long bytes, BackupFile.Writing out) throws IOException {
        byte[] piece = new byte[BackupFile.PIECE_BYTES];
        for (long at = 0; at < bytes; ) {
            int read = content.read(at, piece, 0, piece.length);
            out.piece(Arrays.copyOf(piece, read));
            at += read;
        }
    }

    private static void save(
            StoreReader store, LogKeys keys, Path file, BackupFile.Head head, Snapshots.@Nullable Snapshot content)
            throws IOException {
        try (BackupFile.Writing out = new BackupFile.Writing(file, head)) {
            if (content != null) {
                pieces(content, head.snapshotBytes(), out);
            }
            IOException[] failed = new IOException[1];
            LogEntries.scan(store, keys, head.snapshot().index() + 1, Long.MAX_VALUE, entry -> {
                try {
                    out.entry(entry);
                    return true;
                } catch (IOException full) {
                    failed[0] = full;
                    return false;
                }
            });
            if (failed[0] != null) {
                throw failed[0];
            }
            out.seal();
        }
    }

    /** See {@link io.capstan.raft.GroupDirectory#restore}. */
    public static Outcome restore(Path directory, @Nullable String name, Path file, StoreSettings settings) {
        BackupFile.Head head = BackupFile.verify(file);
        String node = name != null && !Files.exists(directory.resolve("stamp"))
                ? NodeId.requireName(name)
                : StoreInspection.nodeName(directory);
        if (name != null && !name.equals(node)) {
            throw invalid(directory + " is the directory of node " + node + ", not of " + name);
        }
        try (NodeStore store = NodeStore.open(directory, node, settings)) {
            LogKeys keys = new LogKeys(head.group());
            if (LogKeys.groups(store).contains(head.group())) {
                throw invalid("node " + node + " has a member of group " + head.group()
                        + " already; `capstan raft offline forget` removes it");
            }
            SnapshotMeta meta = head.snapshot();
            // The same backup may have been restored here before.
            long known = Math.max(head.id().epoch(), LogReading.of(store, keys).formerEpoch());
            Making made = new Making(keys, node, known, meta, head.term());
            Shelf shelf = new Shelf(store.snapshots(), head.group());
            shelf.keepOnly(0);
            try (Snapshots.Draft draft = meta.index() == 0 ? null : shelf.create(meta.index(), meta.term())) {
                Restoring restoring = new Restoring(store, made, draft);
                BackupFile.read(file, again -> restoring);
                restoring.end();
            }
            return made.outcome(head.group());
        }
    }

    /** See {@link io.capstan.raft.GroupDirectory#forget}. */
    public static void forget(Path directory, String group, StoreSettings settings) {
        String node = StoreInspection.nodeName(directory);
        try (NodeStore store = NodeStore.open(directory, node, settings)) {
            LogKeys keys = new LogKeys(group);
            Shelf shelf = new Shelf(store.snapshots(), group);
            // Snapshots alone are what an earlier one, interrupted, has left.
            if (!LogKeys.groups(store).contains(group) && shelf.isEmpty()) {
                throw invalid("node " + node + " has no member of group " + group);
            }
            List<Change> changes = new ArrayList<>();
            changes.add(new Change.DeleteRange(LogKeys.SPACE, keys.begin(), keys.end()));
            changes.add(seen(store, keys));
            LogCheck.await(store, changes);
            shelf.keepOnly(0);
        }
    }

    /**
     * So that what is made here next has a higher epoch, whatever the clock says then. Of what else the member has nothing is
     * read: it may be damaged, or another version's, and to be forgotten is the cure.
     */
    private static Change seen(StoreReader store, LogKeys keys) {
        byte[] member = store.get(LogKeys.SPACE, keys.member());
        byte[] key = keys.formerEpoch();
        byte[] former = store.get(LogKeys.SPACE, key);
        long epoch = Math.max(
                former == null ? 0 : epochOf(() -> LogRecords.formerEpoch(key, former)),
                member == null
                        ? 0
                        : epochOf(() -> {
                            GroupId id =
                                    LogRecords.member(keys.member(), member).group();
                            return id == null ? 0 : id.epoch();
                        }));
        return new Change.Put(LogKeys.SPACE, key, LogRecords.formerEpoch(key, epoch));
    }

    private static long epochOf(LongSupplier record) {
        try {
            return record.getAsLong();
        } catch (LogDamaged | Malformed unreadable) {
            return 0;
        }
    }

    /** Puts a backup into a store. Its last write names the member: until then nothing would start from it. */
    private static final class Restoring implements BackupFile.Reader {
        private final NodeStore store;
        private final Making made;
        private final Snapshots.@Nullable Draft draft;
        private List<Change> changes = new ArrayList<>();
        private long bytes;

        Restoring(NodeStore store, Making made, Snapshots.@Nullable Draft draft) {
            this.store = store;
            this.made = made;
            this.draft = draft;
        }

        @Override
        public void piece(byte[] piece) {
            if (draft != null) {
                draft.write(piece, 0, piece.length);
            }
        }

        @Override
        public void entry(Entry entry) {
            Change change = made.entry(entry);
            if (bytes + change.bytes() > store.writeBytesMax() / 2) {
                LogCheck.await(store, changes);
                changes = new ArrayList<>();
                bytes = 0;
            }
            changes.add(change);
            bytes += change.bytes();
        }

        void end() {
            if (draft != null) {
                draft.seal();
            }
            changes.addAll(made.end(store.losses()));
            LogCheck.await(store, changes);
        }
    }

    private static LogReading sound(StoreReader store, String group) {
        if (!LogKeys.groups(store).contains(group)) {
            throw invalid("this directory has no member of group " + group + ", only of " + LogKeys.groups(store));
        }
        try {
            LogReading log = LogReading.of(store, new LogKeys(group));
            LogDamage damage = log.damage();
            if (damage != null) {
                throw damaged("the log of group " + group + " is damaged, " + damage.what());
            }
            return log;
        } catch (Malformed newer) {
            throw damaged("the log of group " + group + ": " + newer.getMessage());
        }
    }

    private static GroupId idOf(LogReading log, String group) {
        LogRecords.MemberRecord member = log.member();
        GroupId id = member == null ? null : member.group();
        if (id == null || log.lastIndex() == 0) {
            throw invalid("this member of group " + group + " has nothing: it waits to be told of a group");
        }
        return id;
    }

    /** Of the newest configuration in its log. */
    private static Configuration votersOf(StoreReader store, LogKeys keys, LogReading log) {
        Configuration[] newest = {log.snapshot().configuration()};
        LogEntries.scan(store, keys, log.snapshot().index() + 1, Long.MAX_VALUE, entry -> {
            if (entry.kind() == Entry.Kind.CONFIGURATION) {
                newest[0] = Configuration.of(entry.payload());
            }
            return true;
        });
        return newest[0];
    }

    /** All of it: what goes on from a damaged one, or is saved with it, is lost. */
    private static void requireSnapshot(Snapshots snapshots, String group, SnapshotMeta meta) {
        String damage = SnapshotCheck.judge(snapshots, group, meta);
        if (damage != null) {
            throw damaged("the snapshot of group " + group + " is damaged: " + damage);
        }
    }

    private static RaftFailure invalid(String what) {
        return new RaftFailure(RaftFailure.Kind.INVALID, what);
    }

    private static RaftFailure damaged(String what) {
        return new RaftFailure(RaftFailure.Kind.DAMAGED, what);
    }
}
