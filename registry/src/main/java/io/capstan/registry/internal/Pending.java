package io.capstan.registry.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for an actor's answer, and is answered all the same when it ends without one, by a bug or with its node: also what
 * it had not taken from its mailbox. Thread-safe.
 */
public final class Pending<A> {
    private final Set<Consumer<A>> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    /** What the actor is to call with the answer for {@code done}; null when it has ended, and {@code done} hears nothing. */
    public @Nullable Consumer<A> add(Consumer<A> done) {
        Consumer<A> once = new Consumer<>() {
            @Override
            public void accept(A answer) {
                if (waiting.remove(this)) {
                    done.accept(answer);
                }
            }
        };
        waiting.add(once);
        return over && waiting.remove(once) ? null : once;
    }

    /** The actor has ended: whoever waits gets this answer. */
    public void end(A answer) {
        over = true;
        List.copyOf(waiting).forEach(each -> each.accept(answer));
    }
}
