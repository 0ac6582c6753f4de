package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Down;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The monitor of a process of another node for one call, whose reply reference is told of its end. */
public final class CallMonitor extends Monitor {
    private final ActorRef<?> replyTo;
    private volatile @Nullable ExitReason known;

    CallMonitor(ProcessTable table, ActorRef<?> process, ActorRef<?> replyTo, Consumer<Down> listener) {
        super(table, process, listener, false);
        this.replyTo = replyTo;
    }

    ActorRef<?> replyTo() {
        return replyTo;
    }

    /** Why its process ended; it is told behind the replies only. */
    void knows(ExitReason reason) {
        if (reason.kind() != ExitReason.Kind.NOPROC && reason.kind() != ExitReason.Kind.NOCONNECTION) {
            known = reason;
        }
    }

    /** Why it ended, as the reply reference was told: its node may remember no more by then than that it is gone. */
    public ExitReason reason(ExitReason told) {
        ExitReason better = known;
        boolean vague = told.kind() == ExitReason.Kind.NOPROC || told.kind() == ExitReason.Kind.STOPPED;
        return vague && better != null ? better : told;
    }
}
