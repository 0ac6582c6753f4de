package io.capstan.actors.internal;

import io.capstan.actors.NodeId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears that another system has put this one into quarantine: users' messages to and from there are lost from now on, for
 * as long as this system lives. Pekko tells nobody but its event stream.
 */
final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    private Quarantine() {}

    /** @param then called with the address of whoever did it, once for each */
    static void watch(ActorSystem<?> system, NodeId self, Consumer<String> then) {
        // Pekko says it again for every message that is lost.
        Set<String> known = new HashSet<>();
        Behavior<ThisActorSystemQuarantinedEvent> listener = Behaviors.receiveMessage(event -> {
            String by = String.valueOf(event.remoteAddress());
            if (known.add(by)) {
                log.atError()
                        .addKeyValue("node", self)
                        .addKeyValue("peer", by)
                        .log("node {} was put into quarantine by {}: only a fresh ActorSystem gets out", self, by);
                then.accept(by);
            }
            return Behaviors.same();
        });
        system.eventStream()
                .tell(new EventStream.Subscribe<>(
                        ThisActorSystemQuarantinedEvent.class,
                        system.systemActorOf(listener, "capstan-quarantine", Props.empty())));
    }
}
