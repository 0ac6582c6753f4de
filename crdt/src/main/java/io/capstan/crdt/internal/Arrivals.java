package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frontier;
import io.capstan.crdt.core.Have;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Calls that wait until this node has seen as much as was seen elsewhere: where a token comes from, or at so many others
 * when they are asked. Not thread-safe; whatever hangs on a future runs elsewhere.
 */
final class Arrivals {
    private final Table<CounterKey, CounterRow> table;
    private final int waitingMax;
    private final Map<Long, Question> questions = new HashMap<>();
    private final List<Traveller> travellers = new ArrayList<>();
    private long lastNumber;

    private record Traveller(Frontier goal, long deadlineNanos, CompletableFuture<Outcome> outcome) {}

    private static final class Question {
        private final int others;
        private final long deadlineNanos;
        private final CompletableFuture<Outcome> outcome;
        private final Map<NodeId, Map<Slot, Long>> answers = new HashMap<>();
        private final Set<NodeId> complete = new HashSet<>();

        Question(int others, long deadlineNanos, CompletableFuture<Outcome> outcome) {
            this.others = others;
            this.deadlineNanos = deadlineNanos;
            this.outcome = outcome;
        }

        Frontier together() {
            Frontier all = new Frontier(Map.of());
            for (NodeId node : complete) {
                all = all.join(new Frontier(answers.getOrDefault(node, Map.of())));
            }
            return all;
        }
    }

    Arrivals(Table<CounterKey, CounterRow> table, int waitingMax) {
        this.table = table;
        this.waitingMax = waitingMax;
    }

    void reach(Frontier goal, long deadlineNanos, CompletableFuture<Outcome> outcome) {
        if (questions.size() + travellers.size() >= waitingMax) {
            outcome.completeAsync(() -> Outcome.TOO_MANY_WAITING);
            return;
        }
        travellers.add(new Traveller(goal, deadlineNanos, outcome));
        moved();
    }

    /** As far as {@code others} other nodes are once they are asked. */
    void reachOthers(int others, long deadlineNanos, CompletableFuture<Outcome> outcome) {
        if (questions.size() + travellers.size() >= waitingMax) {
            outcome.completeAsync(() -> Outcome.TOO_MANY_WAITING);
            return;
        }
        questions.put(++lastNumber, new Question(others, deadlineNanos, outcome));
        table.ask(lastNumber);
    }

    void answered(Effect.Answered<CounterKey, CounterRow> answer) {
        Question question = questions.get(answer.number());
        if (question == null) {
            return;
        }
        Map<Slot, Long> known = question.answers.computeIfAbsent(answer.peer(), peer -> new HashMap<>());
        for (Have have : answer.haves()) {
            known.put(have.slot(), have.known());
        }
        if (answer.last()) {
            question.complete.add(answer.peer());
        }
        if (question.complete.size() >= question.others) {
            questions.remove(answer.number());
            travellers.add(new Traveller(question.together(), question.deadlineNanos, question.outcome));
        }
    }

    /** The table may know more. */
    void moved() {
        travellers.removeIf(traveller -> {
            boolean there = traveller.goal().isReachedBy(table);
            if (there) {
                traveller.outcome().completeAsync(() -> Outcome.DONE);
            }
            return there;
        });
    }

    void expire(long nowNanos) {
        end(nowNanos, false, Outcome.LATE);
    }

    /** The node stops. */
    void stop() {
        end(0, true, Outcome.STOPPED);
    }

    private void end(long nowNanos, boolean all, Outcome outcome) {
        travellers.removeIf(traveller -> (all || nowNanos - traveller.deadlineNanos() >= 0)
                && traveller.outcome().completeAsync(() -> outcome) != null);
        questions
                .values()
                .removeIf(question -> (all || nowNanos - question.deadlineNanos >= 0)
                        && question.outcome.completeAsync(() -> outcome) != null);
    }
}
