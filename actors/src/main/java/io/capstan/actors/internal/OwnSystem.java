package io.capstan.actors.internal;

import com.typesafe.config.Config;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.TlsSettings;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Pekko system that a node has to itself: started for the node, it ends with it. */
public final class OwnSystem {
    private static final Logger log = LoggerFactory.getLogger(OwnSystem.class);
    private static final String SYSTEM_NAME = "capstan";

    private OwnSystem() {}

    /**
     * Starts a system and a node that owns it.
     *
     * @throws Failure as {@link Node#start} says; nothing is left running then
     */
    public static Node start(Config config) {
        NodeSettings.fromConfig(config);
        // Before the system makes its own use of them, and fails in words of Pekko's.
        Certificates.open(TlsSettings.fromConfig(config));
        ActorSystem<?> system = createSystem(config);
        try {
            Node node = Node.get(system);
            ((RunningNode) node.internals()).ownsSystem();
            return node;
        } catch (RuntimeException e) {
            system.terminate();
            try {
                system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
            } catch (Exception late) {
                log.warn("the system of a node that did not start takes long to end", late);
            }
            throw e;
        }
    }

    private static ActorSystem<?> createSystem(Config config) {
        try {
            return ActorSystem.create(Behaviors.empty(), SYSTEM_NAME, config);
        } catch (org.apache.pekko.remote.RemoteTransportException e) {
            throw new StartFailure(
                    StartFailure.Kind.CANNOT_LISTEN,
                    "Pekko cannot listen on "
                            + config.getString("pekko.remote.artery.canonical.hostname") + ":"
                            + config.getInt("pekko.remote.artery.canonical.port") + " (" + e.getMessage()
                            + "): the place is set by capstan.actors.link.hostname, bind-hostname and capstan.actors.artery-port");
        }
    }
}
