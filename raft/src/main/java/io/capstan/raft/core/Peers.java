package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All other members as their leader knows them, in the configuration's order, and what majorities of them say. */
final class Peers implements Iterable<Progress> {
    private final Replica replica;
    private List<Progress> all = new ArrayList<>();
    private long configurationIndex = -1;
    private boolean selfVotes;
    private long[] scratch = new long[0];

    Peers(Replica replica) {
        this.replica = replica;
        follow();
    }

    /** Takes over the configuration in force, keeping what is known of whoever stays. */
    void follow() {
        if (configurationIndex == replica.configurations.index()) {
            return;
        }
        configurationIndex = replica.configurations.index();
        List<Progress> next = new ArrayList<>();
        int voters = 0;
        selfVotes = replica.isVoter();
        for (Member member : replica.configurations.latest().members()) {
            voters += member.votes() ? 1 : 0;
            if (!member.id().equals(replica.self)) {
                Progress known = find(member.id());
                Progress progress = known != null && known.session == member.session()
                        ? known
                        : new Progress(member, replica.log.last() + 1, replica.tick);
                progress.votes = member.votes();
                next.add(progress);
            }
        }
        all = next;
        scratch = new long[voters];
    }

    @Nullable
    Progress find(MemberId id) {
        for (Progress progress : all) {
            if (progress.id.equals(id)) {
                return progress;
            }
        }
        return null;
    }

    /** Only replies of this membership count (raft-rs#571: those of an earlier one did). */
    @Nullable
    Progress find(MemberId id, long session) {
        Progress progress = find(id);
        return progress != null && progress.session == session ? progress : null;
    }

    /** What a majority has durable; one's own log counts as far as it is durable (openraft a9f696a9). */
    long matchedByMajority() {
        int n = 0;
        for (Progress progress : all) {
            if (progress.votes) {
                scratch[n++] = progress.match;
            }
        }
        if (selfVotes) {
            scratch[n] = replica.log.durable();
        }
        return Quorum.reached(scratch);
    }

    /** The latest round that a majority has answered. */
    long answeredByMajority(long current) {
        int n = 0;
        for (Progress progress : all) {
            if (progress.votes) {
                scratch[n++] = progress.ackedRound;
            }
        }
        if (selfVotes) {
            scratch[n] = current;
        }
        return Quorum.reached(scratch);
    }

    boolean isAlive(Progress progress) {
        return replica.tick - progress.heardTick < replica.settings.timing().electionMin();
    }

    /** Whether it could lead, or be promoted, without the group having to wait for it: within a window of our log. */
    boolean isCaughtUp(Progress progress) {
        return progress.state == Progress.State.PIPELINE
                && isAlive(progress)
                && replica.log.last() - progress.match
                        <= replica.settings.windows().entries();
    }

    /** Voters of {@code configuration} heard of lately, itself included. */
    int alive(Configuration configuration) {
        int alive = configuration.isVoter(replica.self) ? 1 : 0;
        for (Progress progress : all) {
            alive += configuration.isVoter(progress.id) && isAlive(progress) ? 1 : 0;
        }
        return alive;
    }

    /** The voter that has most of the log and was heard of lately, or null. */
    @Nullable
    Progress mostComplete() {
        Progress best = null;
        for (Progress progress : all) {
            if (progress.votes && isAlive(progress) && (best == null || progress.match > best.match)) {
                best = progress;
            }
        }
        return best;
    }

    @Override
    public Iterator<Progress> iterator() {
        return all.iterator();
    }
}
