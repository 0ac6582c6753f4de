package io.capstan.registry;

import io.capstan.actors.CallFailure;
import io.capstan.actors.Failure;
import io.capstan.crdt.CounterFailure;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.lock.LockFailure;
import io.capstan.testkit.Await;
import io.capstan.testkit.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What is asked on both sides of a split and after it, and what the answers were: the tables of a book. */
final class PartitionBook {
    private static final List<String> HEAD =
            List.of("| asked | c, alone | a, with b | after the heal |", "|---|---|---|---|");

    /** What there is to ask of one subject. */
    private record Row(String what, Supplier<String> minority, Supplier<String> majority, Supplier<String> healed) {}

    private final TestCluster cluster;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> told = new ArrayList<>(HEAD);

    PartitionBook(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** Waits until it is so; the same words. */
    String until(String what, Await.Condition condition) {
        cluster.await(what, condition);
        return what;
    }

    /** The rows that follow are of this. */
    PartitionBook section(String name) {
        rows.add(new Row("**" + name + "**", () -> "", () -> "", () -> ""));
        return this;
    }

    /** Asked in the order in which they are given: all of the one side, then of the other, then after the heal. */
    PartitionBook row(String what, Supplier<String> minority, Supplier<String> majority, Supplier<String> healed) {
        rows.add(new Row(what, minority, majority, healed));
        return this;
    }

    /** Splits, asks, heals, asks. */
    void play(Runnable split, Runnable heal) {
        split.run();
        List<String> minority = rows.stream().map(row -> row.minority().get()).toList();
        List<String> majority = rows.stream().map(row -> row.majority().get()).toList();
        heal.run();
        List<String> healed = rows.stream().map(row -> row.healed().get()).toList();
        for (int i = 0; i < rows.size(); i++) {
            told.add("| " + rows.get(i).what() + " | " + minority.get(i) + " | " + majority.get(i) + " | "
                    + healed.get(i) + " |");
        }
    }

    /** As a table, head and all. */
    List<String> rows() {
        return List.copyOf(told);
    }

    /** What a stage came to: what it completed with, or the refusal and its next move. */
    String told(CompletionStage<?> stage) {
        return told(() -> {
            Object value = Members.done(stage);
            return value instanceof String || value instanceof Long ? String.valueOf(value) : "done";
        });
    }

    /** The same of a call that returns at once. */
    String told(Runnable call) {
        return told(() -> {
            call.run();
            return "done";
        });
    }

    private static String told(Supplier<String> call) {
        try {
            return call.get();
        } catch (CompletionException | Failure refused) {
            Failure failure = (Failure) Failure.cause(refused);
            return "`" + kind(failure) + "`, " + next(failure.next());
        }
    }

    private static String kind(Failure failure) {
        if (failure instanceof CallFailure call) {
            return call.kind().name();
        } else if (failure instanceof NameFailure name) {
            return name.kind().name();
        } else if (failure instanceof CounterFailure counter) {
            return counter.kind().name();
        } else if (failure instanceof LockFailure lock) {
            return lock.kind().name();
        }
        return ((RaftFailure) failure).kind().name();
    }

    private static String next(Failure.Next next) {
        return switch (next) {
            case RETRY -> "retry is safe";
            case OUTCOME_UNKNOWN -> "outcome unknown";
            case DO_NOT_RETRY -> "do not retry";
        };
    }
}
