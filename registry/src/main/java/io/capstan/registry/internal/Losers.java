package io.capstan.registry.internal;

import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What is done to processes of this node that lose a name in a conflict. */
final class Losers {
    private final Refs refs;
    private final Logger log;

    /** By process and name. */
    private final Map<String, Map<String, Consumer<@Nullable ActorRef<Object>>>> told = new HashMap<>();

    Losers(Refs refs, Logger log) {
        this.refs = refs;
        this.log = log;
    }

    void remember(String process, String name, Consumer<@Nullable ActorRef<Object>> lost) {
        told.computeIfAbsent(process, absent -> new HashMap<>()).put(name, lost);
    }

    /** The process has stopped or has no names any more. */
    void forget(String process) {
        told.remove(process);
    }

    void tell(NamesEffect.Lost lost) {
        NameRow row = lost.loser();
        ActorRef<Object> winner =
                lost.winner() == null ? null : refs.read(lost.winner().row().process());
        log.info("{} has lost the name \"{}\" to {}", row.process(), lost.name(), winner);
        if (row.loss() == NameRow.Loss.KILL_ONE) {
            Adapter.toClassic(refs.read(row.process())).tell(PoisonPill.getInstance(), null);
            return;
        }
        Consumer<@Nullable ActorRef<Object>> callback =
                told.getOrDefault(row.process(), Map.of()).get(lost.name());
        if (callback == null) {
            return;
        }
        try {
            callback.accept(winner);
        } catch (RuntimeException e) {
            log.error("could not make the message that tells of the lost name \"" + lost.name() + "\"", e);
        }
    }
}
