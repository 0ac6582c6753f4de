package io.capstan.crdt;

import io.capstan.actors.Failure.Next;
import io.capstan.crdt.CounterFailure.Kind;
import io.capstan.crdt.internal.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What callers are told when a call that had to wait has ended. */
final class Outcomes {
    private Outcomes() {}

    /** Of an add: as an operation under this id, or plain. */
    static CompletionStage<@Nullable Void> ofAdd(@Nullable String operation, CompletableFuture<Outcome> outcome) {
        return outcome.thenApply(ended -> {
            if (ended != Outcome.DONE) {
                // Repeating an operation is harmless, whatever became of it.
                Next unknown = operation != null ? Next.RETRY : Next.OUTCOME_UNKNOWN;
                throw failure(ended, unknown, Kind.NOT_ACKNOWLEDGED, operation == null ? "" : operation);
            }
            return null;
        });
    }

    /** Of a reset, or a deletion. */
    static CompletionStage<@Nullable Void> ofReset(String counter, CompletableFuture<Outcome> outcome) {
        return outcome.thenApply(ended -> {
            switch (ended) {
                case DONE -> {
                    return null;
                }
                case LATE, STOPPED ->
                    throw new CounterFailure(
                            Next.OUTCOME_UNKNOWN,
                            ended == Outcome.LATE ? Kind.NOT_ACKNOWLEDGED : Kind.STOPPED,
                            "\"" + counter + "\" was reset here, but whether it is on as many other nodes is unknown;"
                                    + " another reset takes out what was added since as well");
                // In any other case nothing was done.
                default -> throw failure(ended, Next.RETRY, Kind.NOT_ACKNOWLEDGED, "");
            }
        });
    }

    /** Of an amount taken from a bounded counter. */
    static CompletionStage<@Nullable Void> ofTake(String counter, long amount, CompletableFuture<Outcome> outcome) {
        return outcome.thenApply(ended -> {
            if (ended == Outcome.LATE) {
                throw new CounterFailure(
                        Next.RETRY,
                        Kind.NOT_ENOUGH,
                        "the rights to take " + amount + " from \"" + counter
                                + "\" did not come here in time; nothing was done");
            } else if (ended != Outcome.DONE) {
                throw failure(ended, Next.RETRY, Kind.NOT_ENOUGH, "");
            }
            return null;
        });
    }

    /** Of a read, which is then answered. */
    static <T> CompletionStage<T> ofRead(CompletableFuture<Outcome> outcome, Supplier<T> answer) {
        return outcome.thenApply(ended -> {
            if (ended != Outcome.DONE) {
                throw failure(ended, Next.RETRY, Kind.NOT_SEEN, "");
            }
            return answer.get();
        });
    }

    /** Of a question that a stopping node answers with null. */
    static <T> CompletionStage<T> ofQuestion(CompletableFuture<@Nullable T> answer) {
        return answer.thenApply(told -> {
            if (told == null) {
                throw new CounterFailure(Kind.STOPPED, "the node stops");
            }
            return told;
        });
    }

    private static CounterFailure failure(Outcome outcome, Next unknown, Kind late, String operation) {
        return switch (outcome) {
            case CONFLICT ->
                new CounterFailure(
                        Kind.OPERATION_CONFLICT,
                        "operation \"" + operation + "\" was added with other deltas before, and those count");
            case FORGOTTEN ->
                new CounterFailure(
                        Kind.OPERATION_FORGOTTEN,
                        "operation \"" + operation
                                + "\" was added longer ago than capstan.crdt.counters.operations-window, and counts;"
                                + " added again it may count again");
            case TOO_MANY_OPERATIONS ->
                new CounterFailure(
                        Kind.TOO_MANY_OPERATIONS,
                        "no room for operation \"" + operation
                                + "\": as many are held as capstan.crdt.counters.operations-max allows");
            case TOO_MANY_SLOTS ->
                new CounterFailure(
                        Kind.TOO_MANY_SLOTS,
                        "more starts of nodes have counted it than one reset can name; nothing was done");
            case TOO_MANY_WAITING ->
                new CounterFailure(
                        unknown,
                        Kind.TOO_MANY_WAITING,
                        "as many calls wait for other nodes as capstan.crdt.counters.waiting-max allows");
            case NOT_BEGUN ->
                new CounterFailure(
                        Next.RETRY,
                        Kind.NOT_BEGUN,
                        "this node could write nothing new in time, or has not joined those who agree on what is folded;"
                                + " nothing was done");
            case STOPPED -> new CounterFailure(unknown, Kind.STOPPED, "the node stops");
            case LATE, DONE ->
                new CounterFailure(
                        unknown,
                        late,
                        late == Kind.NOT_ACKNOWLEDGED
                                ? "counted here, but not on as many other nodes in time; it is still being told to them"
                                : "what other nodes have seen did not come here in time");
        };
    }
}
