package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.registry.core.Caller;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.core.NamesEffect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Whoever waits for an answer of the names' core. */
final class Callers {
    private final NodeId self;
    private final Map<Long, Consumer<NameOutcome>> byNumber = new HashMap<>();

    /** Whoever waits for all names, and until when. */
    private final Map<Consumer<Boolean>, Long> syncs = new LinkedHashMap<>();

    private long numbers;

    Callers(NodeId self) {
        this.self = self;
    }

    /** The core's name for whoever is told by {@code done}. */
    Caller add(Consumer<NameOutcome> done) {
        byNumber.put(++numbers, done);
        return new Caller(self, numbers);
    }

    void answer(NamesEffect.Answer answer) {
        Consumer<NameOutcome> caller = byNumber.remove(answer.number());
        if (caller != null) {
            caller.accept(answer.outcome());
        }
    }

    void addSync(Consumer<Boolean> done, long deadline) {
        syncs.put(done, deadline);
    }

    boolean awaitSync() {
        return !syncs.isEmpty();
    }

    /** All names are here. */
    void synced() {
        List<Consumer<Boolean>> told = List.copyOf(syncs.keySet());
        syncs.clear();
        told.forEach(done -> done.accept(true));
    }

    void tick(long now) {
        syncs.entrySet().removeIf(each -> {
            boolean late = now >= each.getValue();
            if (late) {
                each.getKey().accept(false);
            }
            return late;
        });
    }

    /** Nobody will tell them: what to do about each. */
    List<Runnable> end() {
        List<Runnable> answers = new ArrayList<>();
        byNumber.values().forEach(caller -> answers.add(() -> caller.accept(new NameOutcome.Unknown())));
        syncs.keySet().forEach(done -> answers.add(() -> done.accept(false)));
        byNumber.clear();
        syncs.clear();
        return answers;
    }
}
