package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Why the last processes ended: for calls that were under way to them when nobody watched yet. Bounded, so an old one is
 * forgotten; then a call learns that its target is not there, and no more. Thread-safe.
 */
final class LastWords {
    private static final int KEPT = 1024;

    private final Map<ActorRef<?>, ExitReason> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ActorRef<?>, ExitReason> eldest) {
            return size() > KEPT;
        }
    };

    synchronized void add(ActorRef<?> process, ExitReason reason) {
        last.put(process, reason);
    }

    synchronized @Nullable ExitReason of(ActorRef<?> process) {
        return last.get(process);
    }
}
