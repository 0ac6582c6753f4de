package io.capstan.raft.internal.peer;

import io.capstan.raft.GroupStatus;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.RaftStatus;
import java.util.List;

/** What a member lets be known of itself, and what it counts for that. Belongs to its actor. */
final class Publication {
    private final PeerParts parts;
    private final RaftCore core;
    private final Outbox outbox;
    private final Versions versions;
    private final Reign reign;
    private GroupStatus.Counts counts = GroupStatus.Counts.NONE;
    // Of the configuration that was told of last: it is told with every turn, and hardly ever changes.
    private Configuration configuration = Configuration.BLANK;
    private List<String> voters = List.of();

    Publication(PeerParts parts, RaftCore core, Outbox outbox, Versions versions) {
        this.parts = parts;
        this.core = core;
        this.outbox = outbox;
        this.versions = versions;
        this.reign = new Reign(parts.group(), parts.mesh().self().name());
    }

    /** The state machine's count, which never falls. */
    void exceptions(long all) {
        if (all != counts.exceptions()) {
            count(all, 0, 0, 0);
        }
    }

    void stoodForElection() {
        count(counts.exceptions(), 1, 0, 0);
    }

    void tookSnapshot() {
        count(counts.exceptions(), 0, 1, 0);
    }

    void receivedSnapshot() {
        count(counts.exceptions(), 0, 0, 1);
    }

    private void count(long exceptions, int elections, int taken, int received) {
        counts = new GroupStatus.Counts(
                exceptions,
                counts.elections() + elections,
                counts.snapshotsTaken() + taken,
                counts.snapshotsReceived() + received);
    }

    void publish() {
        RaftStatus status = core.status();
        MemberId leader = status.leader();
        reign.seen(status.term(), leader == null ? null : leader.name());
        if (!configuration.equals(status.configuration())) {
            configuration = status.configuration();
            voters = PeerReport.voters(status);
        }
        parts.publish()
                .accept(PeerReport.of(
                        parts.group(),
                        status,
                        parts.log().group() == null,
                        parts.log().snapshot().index(),
                        voters,
                        outbox.reached(voters),
                        core.isResting(),
                        versions.inForce(),
                        counts));
    }
}
