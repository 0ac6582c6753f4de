package io.capstan.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The search for one key: depth first over the operations that may come next, which are those invoked before the first
 * answer that has not been explained yet.
 *
 * <p>Invariant: {@code events} holds, in the order of time, the invocation and the return of every operation that is not
 * part of the explanation so far. (Wing and Gong, "Testing and verifying concurrent objects", 1993; Lowe, "Testing for
 * linearizability", 2017, for the doubly linked list and the memory.)
 *
 * <p>An open operation need not be part of an explanation. So of two that explain the same answers and lead to the same state
 * the one that needs fewer of the open ones can go on in every way in which the other could, and the other is given up:
 * else an attempt of which nobody knows, and its end of which nobody knows either, are tried together wherever they fit,
 * and all sets of such pairs after one another.
 */
final class LinearizationSearch<S, I, O> {
    private final Model<S, I, O> model;
    private final Object key;
    private final List<Operation<I, O>> operations;
    private final long stepsMax;
    private final Explained explained;
    private final Explained used;
    private final Map<Configuration<S>, List<Explained.Snapshot>> visited = new HashMap<>();
    private final Deque<Choice<S, I, O>> choices = new ArrayDeque<>();
    private final Event<I, O> events;
    private S state;
    /** How many were answered. */
    private final int answered;

    /** How many of them are not explained yet. */
    private int unanswered;

    private long steps;
    private List<Operation<I, O>> longest = List.of();
    private List<Operation<I, O>> unexplained = List.of();

    /** Where the search has been: which answers were explained, and the state that it led to. */
    private record Configuration<S>(Explained.Snapshot explained, S state) {}

    /** One operation of the explanation, and how to try otherwise. */
    private record Choice<S, I, O>(Event<I, O> invocation, S before, Iterator<S> otherwise) {}

    /** An invocation or a return, in a list that remembers where the removed stood. */
    private static final class Event<I, O> {
        private final @Nullable Operation<I, O> operation;
        private final int index;
        /** Of an invocation: its return, null while open. */
        private @Nullable Event<I, O> answer;

        private final boolean invocation;
        private @Nullable Event<I, O> before;
        private @Nullable Event<I, O> after;

        private Event(@Nullable Operation<I, O> operation, int index, boolean invocation) {
            this.operation = operation;
            this.index = index;
            this.invocation = invocation;
        }

        private long nanos() {
            return invocation ? operation().invokedNanos() : operation().returnedNanos();
        }

        private Operation<I, O> operation() {
            if (operation == null) {
                throw new IllegalStateException("the head of the list is no operation's");
            }
            return operation;
        }

        private void unlink() {
            if (before != null) {
                before.after = after;
            }
            if (after != null) {
                after.before = before;
            }
        }

        private void relink() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    LinearizationSearch(Model<S, I, O> model, Object key, List<Operation<I, O>> part, long stepsMax) {
        this.model = model;
        this.key = key;
        this.stepsMax = stepsMax;
        // The open ones last: what is explained of the others is then a prefix and little more (see Explained).
        this.operations = new ArrayList<>(part);
        operations.sort(Comparator.<Operation<I, O>, Boolean>comparing(Operation::isOpen)
                .thenComparing(Operation::invokedNanos));
        this.answered = (int) operations.stream().filter(each -> !each.isOpen()).count();
        this.unanswered = answered;
        this.explained = new Explained(answered);
        this.used = new Explained(operations.size() - answered);
        this.events = inOrderOfTime();
        this.state = model.initial();
    }

    private Event<I, O> inOrderOfTime() {
        List<Event<I, O>> all = new ArrayList<>();
        for (int index = 0; index < operations.size(); index++) {
            Operation<I, O> operation = operations.get(index);
            Event<I, O> invocation = new Event<>(operation, index, true);
            all.add(invocation);
            if (!operation.isOpen()) {
                invocation.answer = new Event<>(operation, index, false);
                all.add(invocation.answer);
            }
        }
        // At one instant invocations come first: operations that touch are concurrent.
        all.sort(Comparator.<Event<I, O>>comparingLong(Event::nanos).thenComparing(event -> !event.invocation));
        Event<I, O> head = new Event<>(null, -1, false);
        Event<I, O> last = head;
        for (Event<I, O> event : all) {
            last.after = event;
            event.before = last;
            last = event;
        }
        return head;
    }

    Verdict<I, O> run() {
        Event<I, O> next = events.after;
        while (unanswered > 0) {
            if (steps >= stepsMax) {
                return new Verdict.Undecided<>(key, steps);
            }
            if (next == null) {
                throw new IllegalStateException("an operation without its return in the list");
            }
            if (next.invocation) {
                steps++;
                Operation<I, O> operation = next.operation();
                Iterator<S> successors =
                        model.step(state, operation.input(), operation.output()).iterator();
                next = choose(next, successors) ? events.after : next.after;
            } else {
                note();
                next = reconsider();
                if (next == null) {
                    return new Verdict.Violation<>(key, longest, unexplained, steps);
                }
            }
        }
        return new Verdict.Linearizable<>(steps);
    }

    /** Takes the first successor that leads where the search has not been. */
    private boolean choose(Event<I, O> invocation, Iterator<S> successors) {
        while (successors.hasNext()) {
            S successor = successors.next();
            // An open operation that changes nothing explains nothing.
            if (invocation.answer == null && successor.equals(state)) {
                continue;
            }
            add(invocation.index);
            if (isNew(successor)) {
                choices.push(new Choice<>(invocation, state, successors));
                state = successor;
                invocation.unlink();
                if (invocation.answer != null) {
                    invocation.answer.unlink();
                    unanswered--;
                }
                return true;
            }
            remove(invocation.index);
        }
        return false;
    }

    private void add(int index) {
        if (index < answered) {
            explained.add(index);
        } else {
            used.add(index - answered);
        }
    }

    private void remove(int index) {
        if (index < answered) {
            explained.remove(index);
        } else {
            used.remove(index - answered);
        }
    }

    /** Whether the search has not been there with as few open operations, or fewer. */
    private boolean isNew(S successor) {
        Explained.Snapshot now = used.snapshot();
        List<Explained.Snapshot> before = visited.computeIfAbsent(
                new Configuration<>(explained.snapshot(), successor), first -> new ArrayList<>(1));
        for (Explained.Snapshot each : before) {
            if (each.isWithin(now)) {
                return false;
            }
        }
        before.removeIf(now::isWithin);
        before.add(now);
        return true;
    }

    /** Takes choices back until one can be made otherwise; null when none can. */
    private @Nullable Event<I, O> reconsider() {
        while (!choices.isEmpty()) {
            Choice<S, I, O> last = choices.pop();
            Event<I, O> invocation = last.invocation();
            if (invocation.answer != null) {
                invocation.answer.relink();
                unanswered++;
            }
            invocation.relink();
            remove(invocation.index);
            state = last.before();
            if (choose(invocation, last.otherwise())) {
                return events.after;
            }
            // The next may be a return, which sends us back once more: never null, as the own return stands behind.
            if (invocation.after != null) {
                return invocation.after;
            }
        }
        return null;
    }

    /** Remembers the longest explanation, for whoever has to understand a violation. */
    private void note() {
        if (choices.size() >= longest.size()) {
            List<Operation<I, O>> order = new ArrayList<>();
            choices.descendingIterator()
                    .forEachRemaining(choice -> order.add(choice.invocation().operation()));
            List<Operation<I, O>> rest = new ArrayList<>();
            for (Event<I, O> event = events.after; event != null; event = event.after) {
                if (!event.invocation) {
                    rest.add(event.operation());
                }
            }
            longest = order;
            unexplained = rest;
        }
    }
}
