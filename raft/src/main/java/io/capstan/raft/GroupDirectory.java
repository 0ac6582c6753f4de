package io.capstan.raft;

import com.typesafe.config.Config;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.internal.log.GroupRescue;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group's member in the directory of a node that does not run: what an operator does when the group cannot go on by
 * itself. Everything here blocks on the disk, and refuses a directory that a node runs on. Of {@code config}, {@code
 * capstan.actors.store} is used. Failures are a {@link RaftFailure}, INVALID or DAMAGED, or the store's own; after them
 * the member is as it was, but where a method says otherwise. Only {@link #backup} changes nothing in the directory at all:
 * the others first do what a start of the node does, and move its write-ahead files into the database.
 */
public final class GroupDirectory {
    private GroupDirectory() {}

    /**
     * What came of it.
     *
     * @param epoch of the group: the first part of every fencing token
     * @param lastIndex of the log
     */
    public record Outcome(String group, String node, long epoch, long lastIndex) {}

    /**
     * Has a group go on from this member alone, after a majority of its voters was lost <b>for ever</b>. What was
     * acknowledged and never reached this member is lost; what it has and nobody acknowledged is not. Of several survivors
     * take the one with the highest term of its last entry, then the longest log ({@link DirectoryReport}). The recovery
     * epoch rises, so all later fencing tokens are higher than all before.
     *
     * <p>Afterwards: never start a lost node again with its old directory, and {@link #forget} the other survivors' members.
     * Then start the nodes: empty members join, and the leader brings its voters back to {@code voters-target}.
     *
     * @param lost names of the voters that never come back; refused unless they are a majority, and others than this node
     */
    public static Outcome recover(Path directory, String group, Set<String> lost, Config config) {
        return GroupRescue.recover(directory, group, lost, StoreSettings.fromConfig(config));
    }

    /**
     * Writes the member's snapshot and log to {@code file}, which must not be there: all that this member had when its node
     * was stopped. A group goes on meanwhile if the others are a majority.
     */
    public static Outcome backup(Path directory, String group, Path file, Config config) {
        return GroupRescue.backup(directory, group, file, StoreSettings.fromConfig(config));
    }

    /**
     * Makes a group again from a backup, with this node as its one voter and a recovery epoch that is higher than any the
     * backup and this directory know, also of members that were forgotten. Epochs are milliseconds of this machine's clock:
     * two restores of one backup into <em>different</em> directories issue fencing tokens that rise only if the second clock is not behind the
     * first; see that it is right. As after {@link #recover}, no member of the group's earlier making may be started again.
     * The file is read to its end before anything is changed; if the disk fails after that, {@link #forget} what is there and
     * begin anew.
     *
     * @param node whose directory it is to be, if there is none yet; null for whose it is
     */
    public static Outcome restore(Path directory, @Nullable String node, Path file, Config config) {
        return GroupRescue.restore(directory, node, file, StoreSettings.fromConfig(config));
    }

    /**
     * Removes the member, log and snapshots: its node joins the group anew, as another. Only when the group goes on without
     * it; what it alone has is lost. The directory keeps the epoch, so that a group that is made there again is above it.
     */
    public static void forget(Path directory, String group, Config config) {
        GroupRescue.forget(directory, group, StoreSettings.fromConfig(config));
    }
}
