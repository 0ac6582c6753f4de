package io.capstan.raft.core;

import io.capstan.raft.core.Message.Append;
import io.capstan.raft.core.Message.AppendRefused;
import io.capstan.raft.core.Message.Appended;
import java.util.List;

/** How a leader brings each follower's log to its own (§5.3): probe, then pipeline within a window, else snapshot. */
final class Replicator {
    private final Replica replica;
    private final Rounds rounds;
    private final SnapshotSender snapshots;
    private final CoreSettings.Windows limits;

    Replicator(Replica replica, Rounds rounds, SnapshotSender snapshots) {
        this.replica = replica;
        this.rounds = rounds;
        this.snapshots = snapshots;
        limits = replica.settings.windows();
    }

    void onAppended(Progress progress, Appended appended) {
        if (appended.matchIndex() > replica.log.last()) {
            throw new IllegalStateException(progress.id + " acknowledged " + appended.matchIndex() + " in term "
                    + appended.term() + "; the leader's log ends at " + replica.log.last());
        }
        progress.acknowledged(appended.matchIndex());
        // The answers to whatever was on its way behind a lost message come first; only the probe's own ends the
        // probing.
        if (progress.state == Progress.State.PROBE && appended.matchIndex() >= progress.next - 1) {
            progress.pipeline();
        } else if (progress.state == Progress.State.SNAPSHOT && progress.match >= progress.transfer.snapshot.index()) {
            progress.probeFrom(progress.match + 1);
        }
    }

    void onRefused(Progress progress, AppendRefused refused) {
        boolean stale = refused.prevIndex() <= progress.match
                || progress.state == Progress.State.SNAPSHOT
                || (progress.state == Progress.State.PROBE && refused.prevIndex() != progress.next - 1);
        if (stale) {
            return;
        }
        long agreed = Math.min(refused.hintIndex(), replica.log.last());
        // A whole term of the leader's is skipped at a time: the follower has nothing of it (§5.3, last paragraphs).
        while (agreed > progress.match && replica.log.term(agreed) > refused.hintTerm()) {
            agreed--;
        }
        progress.probeFrom(Math.min(agreed + 1, refused.prevIndex()));
    }

    /** Sends what there is to send now: entries, the news of a round or of a commit, or nothing. */
    void replicate(Progress progress) {
        if (progress.state != Progress.State.SNAPSHOT && termBefore(progress) < 0) {
            snapshots.start(progress);
        }
        if (progress.state == Progress.State.PIPELINE) {
            pipeline(progress);
        }
        boolean roundIsNews = progress.sentRound < rounds.current();
        if (progress.state == Progress.State.SNAPSHOT) {
            if (roundIsNews) {
                send(progress, 0, 0, List.of());
            }
        } else if (roundIsNews
                || (progress.state == Progress.State.PROBE && !progress.probed)
                || isCommitNews(progress)) {
            send(progress, progress.next - 1, termBefore(progress), List.of());
            progress.newsSent(replica.tick);
            progress.probed = true;
        }
    }

    /**
     * Whether a commit is worth a message of its own: so often in a tick. While one entry follows the other the next brings
     * the news, and a message for each commit would be half of all messages.
     */
    private boolean isCommitNews(Progress progress) {
        return progress.state == Progress.State.PIPELINE
                && progress.sentCommit < replica.commit()
                && progress.isNewsWelcome(replica.tick);
    }

    /** Of the entry before the next one; the snapshot that was sent may be older than the one the log now begins with. */
    private long termBefore(Progress progress) {
        long index = progress.next - 1;
        long term = replica.log.term(index);
        boolean follows = index == progress.transfer.snapshot.index() && replica.log.first() <= progress.next;
        return term < 0 && follows ? progress.transfer.snapshot.term() : term;
    }

    private void pipeline(Progress progress) {
        while (progress.next <= replica.log.last() && progress.hasRoom(limits)) {
            long prev = progress.next - 1;
            long prevTerm = termBefore(progress);
            List<Entry> batch =
                    replica.log.slice(progress.next, replica.log.last(), limits.batchEntries(), limits.batchBytes());
            long bytes = 0;
            for (Entry entry : batch) {
                bytes += entry.bytes();
            }
            send(progress, prev, prevTerm, batch);
            progress.sent(prev + batch.size(), bytes);
        }
    }

    private void send(Progress progress, long prev, long prevTerm, List<Entry> entries) {
        progress.sentRound = rounds.current();
        progress.sentCommit = replica.commit();
        replica.out.send(
                progress.id,
                new Append(
                        replica.term(), progress.session, rounds.current(), prev, prevTerm, replica.commit(), entries));
    }
}
