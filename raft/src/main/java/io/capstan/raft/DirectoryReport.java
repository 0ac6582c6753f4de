package io.capstan.raft;

import com.typesafe.config.Config;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.internal.log.LogCheck;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the directory of a node that does not run.
 *
 * @param node whose it is
 * @param format of the directory
 * @param frames group commits that the write-ahead files hold and the database does not: a start moves them
 * @param losses how often acknowledged writes were lost to damage, {@code writeAheadDamage} included
 * @param writeAheadDamage what is wrong with the write-ahead files, or with the database beside them; null when nothing is
 * @param members of Raft groups, by group
 */
public record DirectoryReport(
        String node,
        int format,
        long frames,
        long losses,
        @Nullable String writeAheadDamage,
        List<Member> members) {
    /**
     * One member.
     *
     * @param group its group's name
     * @param groupId empty while it is in none
     * @param incarnation of this member's disk
     * @param term it is in
     * @param vote whom it voted for in that term; empty for nobody
     * @param snapshotIndex the last entry of its snapshot; 0 without one
     * @param firstIndex the first entry in its log
     * @param lastIndex the last that can be trusted
     * @param damage what is wrong with its log; empty when nothing is
     * @param marked whether the log remembers that it is damaged
     * @param snapshotDamage what is wrong with the snapshot that the log stands on; empty when nothing is, or there is none.
     *     The log does not remember it: with the file put back the member starts
     */
    public record Member(
            String group,
            String groupId,
            long incarnation,
            long term,
            String vote,
            long snapshotIndex,
            long firstIndex,
            long lastIndex,
            String damage,
            boolean marked,
            String snapshotDamage) {
        /** One that nothing can be said of. */
        public static Member unreadable(String group, String why) {
            return new Member(group, "", 0, 0, "", 0, 0, 0, why, false, "");
        }

        /** Whether all of its log can be trusted, and its snapshot. */
        public boolean sound() {
            return damage.isEmpty() && snapshotDamage.isEmpty();
        }
    }

    /** Whether nothing is wrong with any of it. */
    public boolean sound() {
        return writeAheadDamage == null && members.stream().allMatch(Member::sound);
    }

    /**
     * Reads the write-ahead files, the Raft logs and the snapshots that they stand on, every checksum of them; no counters.
     * Changes no record.
     *
     * @param config of which {@code capstan.actors.store} is used
     * @throws io.capstan.actors.Failure when it cannot be read, or a node runs on it
     */
    public static DirectoryReport verify(Path directory, Config config) {
        return LogCheck.verify(directory, StoreSettings.fromConfig(config));
    }

    /**
     * Marks every damaged member as one that does not start: it neither votes nor acknowledges. No entry is removed, and
     * nothing sound is touched; a node's start would do the same. Its node joins the group anew once an operator has had
     * it forgotten ({@link GroupDirectory#forget}).
     *
     * @param config of which {@code capstan.actors.store} is used
     * @return what stands there afterwards
     * @throws io.capstan.actors.Failure as {@link #verify}
     */
    public static DirectoryReport repair(Path directory, Config config) {
        StoreSettings settings = StoreSettings.fromConfig(config);
        LogCheck.repair(directory, settings);
        return LogCheck.verify(directory, settings);
    }
}
