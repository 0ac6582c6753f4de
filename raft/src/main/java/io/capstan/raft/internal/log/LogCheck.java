package io.capstan.raft.internal.log;

import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.actors.internal.store.StoreInspection;
import io.capstan.actors.internal.store.StoreReader;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.DirectoryReport;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.snapshot.SnapshotCheck;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Judges all members' logs, and the snapshots they stand on, in a stopped node's directory. */
public final class LogCheck {
    private LogCheck() {}

    /** Reads everything, changes nothing. */
    public static DirectoryReport verify(Path directory, StoreSettings settings) {
        try (StoreInspection store = StoreInspection.open(directory, settings)) {
            List<DirectoryReport.Member> members = new ArrayList<>();
            for (String group : LogKeys.groups(store)) {
                members.add(judge(store, store.snapshots(), group));
            }
            return new DirectoryReport(
                    store.node(), store.format(), store.frames(), store.losses(), store.loss(), members);
        }
    }

    /** Marks the damaged members, and changes nothing else. */
    public static void repair(Path directory, StoreSettings settings) {
        String node = StoreInspection.nodeName(directory);
        try (NodeStore store = NodeStore.open(directory, node, settings)) {
            List<Change> marks = new ArrayList<>();
            for (String group : LogKeys.groups(store)) {
                LogKeys keys = new LogKeys(group);
                LogReading log = readable(store, keys);
                LogDamage damage = log == null ? null : log.damage();
                if (log != null && damage != null && !log.damageKnown()) {
                    byte[] record = LogRecords.damage(keys.damage(), damage);
                    marks.add(new Change.Put(LogKeys.SPACE, keys.damage(), record));
                }
            }
            await(store, marks);
        }
    }

    /** Null when a newer Capstan has written it: that is no damage, and nothing to mark. */
    private static @Nullable LogReading readable(StoreReader store, LogKeys keys) {
        try {
            return LogReading.of(store, keys);
        } catch (Malformed newer) {
            return null;
        }
    }

    /** Writes, and waits until it is durable; first for room, when what was written before is still on its way. */
    static void await(Store store, List<Change> changes) {
        Semaphore room = new Semaphore(0);
        Runnable end = store.watch(new Store.Watcher() {
            @Override
            public void full(StoreFailure why) {
                room.release(); // Whoever waits is refused, with the reason.
            }

            @Override
            public void roomAgain() {
                room.release();
            }

            @Override
            public void failed(StoreFailure why) {
                room.release();
            }
        });
        try {
            CompletableFuture<Void> done = new CompletableFuture<>();
            while (!taken(store, changes, done)) {
                room.acquireUninterruptibly();
            }
            done.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof StoreFailure failure ? failure : failed;
        } finally {
            end.run();
        }
    }

    private static boolean taken(Store store, List<Change> changes, CompletableFuture<Void> done) {
        try {
            store.write(changes, new Store.Completion() {
                @Override
                public void durable() {
                    done.complete(null);
                }

                @Override
                public void failed(StoreFailure failure) {
                    done.completeExceptionally(failure);
                }
            });
            return true;
        } catch (StoreFailure refused) {
            if (refused.kind() == StoreFailure.Kind.OVERLOADED) {
                return false;
            }
            throw refused;
        }
    }

    private static DirectoryReport.Member judge(StoreReader store, Snapshots snapshots, String group) {
        LogReading log;
        try {
            log = LogReading.of(store, new LogKeys(group));
        } catch (Malformed newer) {
            return DirectoryReport.Member.unreadable(
                    group, "written by another version of Capstan: " + newer.getMessage());
        }
        LogRecords.MemberRecord member = log.member();
        GroupId id = member == null ? null : member.group();
        MemberId vote = log.hardState().vote();
        LogDamage damage = log.damage();
        return new DirectoryReport.Member(
                group,
                id == null ? "" : id.toString(),
                member == null ? 0 : member.incarnation(),
                log.hardState().term(),
                vote == null ? "" : vote.name(),
                log.snapshot().index(),
                log.firstIndex(),
                log.lastIndex(),
                damage == null ? "" : damage.what(),
                log.damageKnown(),
                Objects.requireNonNullElse(SnapshotCheck.judge(snapshots, group, log.snapshot()), ""));
    }
}
