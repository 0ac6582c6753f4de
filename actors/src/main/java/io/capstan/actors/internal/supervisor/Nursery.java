package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.process.RunningProcess;
import io.capstan.actors.process.Self;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Supervisor;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Brings children to life, each life under a name of its own, and sees to it that their supervisor hears of them. */
final class Nursery {
    private final Self<Supervisor.Command> self;
    private final Roster roster;
    private long lives;

    Nursery(Self<Supervisor.Command> self, Roster roster) {
        this.self = self;
        this.roster = roster;
    }

    /** Starts {@code child}; {@link Event.Started} follows, or {@link Event.Gone}. Fails as the spec's supplier does. */
    <T> void spawn(Child child, ChildSpec<T> spec) {
        child.begins(++lives);
        String key = child.key();
        long life = lives;
        ActorRef<Supervisor.Command> me = self.ref();
        Behavior<T> behavior = spec.behavior().get();
        var born = new Event.Started(key, life);
        var course = new RunningProcess.Course() {
            @Override
            public void started() {
                if (!spec.isSupervisor()) {
                    me.tell(born);
                }
            }

            @Override
            public void ended(ExitReason reason) {
                me.tell(new Event.Ended(key, life, reason));
            }
        };
        // The life is part of the name: the one before may not be gone from Pekko's book yet.
        String name = URLEncoder.encode(spec.id(), StandardCharsets.UTF_8) + "-" + life;
        ActorRef<T> ref = self.context().spawn(RunningProcess.behavior(same -> behavior, course), name);
        roster.runs(child, ref);
        self.context().watchWith(ref, new Event.Gone(key, life));
        if (spec.isSupervisor()) {
            // It gets to this when all of its own have started.
            ref.<Supervisor.Command>unsafeUpcast().tell(new Request.Announce(born, me.unsafeUpcast()));
        }
    }
}
