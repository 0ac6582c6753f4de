package io.capstan.raft.internal.peer;

import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.GroupId;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/** The way to a member's applier, which there is once the member is in a group. Belongs to the member's actor. */
final class Applying {
    private final ActorContext<?> context;
    private final PeerParts parts;
    private final Snapshotting snapshots;
    private final Inbox inbox;
    private @Nullable ActorRef<Applier.Command> applier;

    Applying(ActorContext<?> context, PeerParts parts, Snapshotting snapshots, Inbox inbox) {
        this.context = context;
        this.parts = parts;
        this.snapshots = snapshots;
        this.inbox = inbox;
    }

    /** Starts it when the member is in a group by now; its state begins with what the log stands on. */
    void start() {
        GroupId group = parts.log().group();
        if (group == null || applier != null) {
            return;
        }
        SnapshotMeta begin = parts.log().snapshot();
        Applier.Parts its =
                new Applier.Parts(parts.group(), group, snapshots, parts.settings(), parts.effects(), inbox);
        ActorRef<Applier.Command> started = context.spawn(
                Applier.create(its, parts.machine(), parts.codec()),
                "applier",
                DispatcherSelector.fromConfig("capstan.raft.applier-dispatcher"));
        // A bug that ends the applier ends the member: loudly, instead of a member that never answers.
        context.watch(started);
        if (begin.index() > 0) {
            // From here, as nothing else can be in its mailbox yet. Told by itself, when it begins on its own thread,
            // this could come after entries that follow the snapshot, and take them back.
            started.tell(new Applier.Command.Restore(begin));
        }
        applier = started;
    }

    /** Returns false when the member is in no group yet. */
    boolean tell(Applier.Command command) {
        ActorRef<Applier.Command> machine = applier;
        if (machine != null) {
            machine.tell(command);
        }
        return machine != null;
    }

    void mustTake(Applier.Command command) {
        if (!tell(command)) {
            throw new IllegalStateException("a member that is in no group was to apply something");
        }
    }
}
