package io.capstan.actors.internal.tls;

import java.util.Optional;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/** The certificates of a Pekko system, read once for all that use them, and watched as long as the system runs. */
public final class SystemCertificates implements Extension {
    private final @Nullable Certificates certificates;

    private SystemCertificates(ActorSystem system) {
        certificates =
                Certificates.open(TlsSettings.fromConfig(system.settings().config()));
        if (certificates != null) {
            certificates.watch((period, task) ->
                    system.scheduler().scheduleWithFixedDelay(period, period, task, system.dispatcher()));
        }
    }

    /**
     * Those of {@code system}; empty when TLS is off.
     *
     * @throws io.capstan.actors.StartFailure as {@link NodeTls#read}
     */
    public static Optional<Certificates> of(ClassicActorSystemProvider system) {
        return Optional.ofNullable(system.classicSystem().registerExtension(Id.INSTANCE).certificates);
    }

    private static final class Id extends AbstractExtensionId<SystemCertificates> {
        private static final Id INSTANCE = new Id();

        @Override
        public SystemCertificates createExtension(ExtendedActorSystem system) {
            return new SystemCertificates(system);
        }
    }
}
