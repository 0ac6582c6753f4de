package io.capstan.registry.internal.names;

import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.core.Shown;
import io.capstan.registry.internal.Refs;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What is done to processes that lose a name in a conflict: those of this node, and those of other nodes that were
 * registered here, where the program is that knows what to tell them.
 */
final class Losers {
    /** After a process registered here was last shown as the owner, the word that it lost may still be under way. */
    private static final long LATE_MILLIS = 60_000;

    private static final class Absent {
        Consumer<@Nullable ActorRef<Object>> lost;
        long forgetAt;

        Absent(Consumer<@Nullable ActorRef<Object>> lost, long forgetAt) {
            this.lost = lost;
            this.forgetAt = forgetAt;
        }
    }

    private final Refs refs;
    private final Executor users;
    private final Logger log;

    /** By process of this node, and name. */
    private final Map<String, Map<String, Consumer<@Nullable ActorRef<Object>>>> own = new HashMap<>();

    /** By process of another node, and name. */
    private final Map<String, Map<String, Absent>> others = new HashMap<>();

    /** @param users runs what users wrote: not even a slow one must hold up the names */
    Losers(Refs refs, Executor users, Logger log) {
        this.refs = refs;
        this.users = users;
        this.log = log;
    }

    /** What to do when this process of ours loses the name. */
    void remember(String process, String name, Consumer<@Nullable ActorRef<Object>> lost) {
        own.computeIfAbsent(process, absent -> new HashMap<>()).put(name, lost);
    }

    /** It is registered anew, and not to be told. */
    void forget(String process, String name) {
        Map<String, Consumer<@Nullable ActorRef<Object>>> of = own.get(process);
        if (of != null) {
            of.remove(name);
        }
        Map<String, Absent> absent = others.get(process);
        if (absent != null) {
            absent.remove(name);
        }
    }

    /** The process of this node has stopped or has no names any more. */
    void forget(String process) {
        own.remove(process);
    }

    /**
     * What to do when this process of another node, which is asked for the name, loses it; forgotten a while after {@code
     * until} unless it is shown. What is remembered of an earlier grant stays.
     */
    void rememberAsked(String process, String name, Consumer<@Nullable ActorRef<Object>> lost, long until) {
        Absent known = others.computeIfAbsent(process, absent -> new HashMap<>())
                .computeIfAbsent(name, absent -> new Absent(lost, 0));
        known.forgetAt = Math.max(known.forgetAt, until + LATE_MILLIS);
    }

    /** It was granted the name. */
    void rememberGranted(String process, String name, Consumer<@Nullable ActorRef<Object>> lost) {
        Absent asked = others.getOrDefault(process, Map.of()).get(name);
        if (asked != null) {
            asked.lost = lost;
        }
    }

    /** The owner of the name, as this node shows it, is another one now; null: nobody. */
    void shown(String name, @Nullable Shown before, @Nullable Shown after, long now) {
        if (others.isEmpty()) {
            return; // The usual case: nothing is written out for it.
        }
        keep(before, name, now + LATE_MILLIS);
        keep(after, name, Long.MAX_VALUE);
    }

    private void keep(@Nullable Shown owner, String name, long forgetAt) {
        Absent known = owner == null
                ? null
                : others.getOrDefault(owner.process(), Map.of()).get(name);
        if (known != null) {
            known.forgetAt = forgetAt;
        }
    }

    void tick(long now) {
        others.values().removeIf(names -> {
            names.values().removeIf(each -> now >= each.forgetAt);
            return names.isEmpty();
        });
    }

    void tell(NamesEffect.Lost lost) {
        NameRow row = lost.loser();
        ActorRef<Object> loser = refs.read(row.process());
        ActorRef<Object> winner =
                lost.winner() == null ? null : refs.read(lost.winner().row().process());
        log.atInfo()
                .addKeyValue("name", lost.name())
                .addKeyValue("process", row.process())
                .addKeyValue("winner", winner)
                .log("{} has lost the name \"{}\" to {}", row.process(), lost.name(), winner);
        if (row.loss() == NameRow.Loss.KILL_ONE) {
            if (Refs.local(loser)) {
                Adapter.toClassic(loser).tell(PoisonPill.getInstance(), null);
            }
            return;
        }
        Consumer<@Nullable ActorRef<Object>> callback = callback(row.process(), lost.name());
        if (callback != null) {
            users.execute(() -> call(callback, winner, lost.name()));
        }
    }

    private void call(Consumer<@Nullable ActorRef<Object>> callback, @Nullable ActorRef<Object> winner, String name) {
        try {
            callback.accept(winner);
        } catch (RuntimeException e) {
            log.error("could not make the message that tells of the lost name \"" + name + "\"", e);
        }
    }

    private @Nullable Consumer<@Nullable ActorRef<Object>> callback(String process, String name) {
        Absent absent = others.getOrDefault(process, Map.of()).get(name);
        return absent != null
                ? absent.lost
                : own.getOrDefault(process, Map.of()).get(name);
    }
}
