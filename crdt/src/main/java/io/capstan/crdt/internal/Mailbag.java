package io.capstan.crdt.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Questions that the counters' actor has not taken up yet. When it ends, by a bug or with its node, they are answered all the
 * same, and so is whatever is asked after that: nobody else ever would. Thread-safe.
 */
@SuppressWarnings("CollectionUndefinedEquality") // A question is its future, and no other.
final class Mailbag {
    private final Map<CompletableFuture<?>, Runnable> waiting = new ConcurrentHashMap<>();
    private volatile boolean over;

    /** Of a question that is about to be sent; answered {@code unlessTaken} when the actor ends before. */
    <T> CompletableFuture<T> add(@Nullable T unlessTaken) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        waiting.put(answer, () -> answer.completeAsync(() -> unlessTaken));
        if (over) {
            giveBack(answer);
        }
        return answer;
    }

    /** The actor has it, and will answer. */
    void taken(CompletableFuture<?> answer) {
        waiting.remove(answer);
    }

    /** The actor takes up nothing any more. */
    void end() {
        over = true;
        List.copyOf(waiting.keySet()).forEach(this::giveBack);
    }

    private void giveBack(CompletableFuture<?> answer) {
        Runnable unlessTaken = waiting.remove(answer);
        if (unlessTaken != null) {
            unlessTaken.run();
        }
    }
}
