package io.capstan.raft.lock;

import io.capstan.raft.Consistency;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells one listener who holds a lock. Whoever is asked answers once that is another than was told; between two answers there
 * is a pause, so that a lock that goes from hand to hand does not keep the group busy with telling of it.
 */
final class Observation {
    private final LockGroup group;
    private final String name;
    private final Duration interval;
    private final Duration within;
    private final Consumer<Optional<LockStatus>> listener;
    private @Nullable List<LockStatus.Holder> told;
    private volatile boolean ended;

    Observation(
            LockGroup group, String name, Duration interval, Duration within, Consumer<Optional<LockStatus>> listener) {
        this.group = group;
        this.name = name;
        this.interval = interval;
        this.within = within;
        this.listener = listener;
    }

    void look() {
        if (ended) {
            return;
        }
        List<LockStatus.Holder> seen = told;
        CompletionStage<LockReply> looked = seen == null
                ? group.read(new LockQuery.Look(name), Consistency.LINEARIZABLE, within)
                : group.await(new LockQuery.LookAgain(name, seen), Consistency.LINEARIZABLE, within);
        looked.whenComplete((reply, failure) -> {
            if (!ended) {
                // One after the other: the next look begins when this one's news is told.
                group.run(() -> {
                    try {
                        if (reply instanceof LockReply.Page page) {
                            tell(page.locks().stream().findFirst());
                        }
                    } finally {
                        group.later(interval, this::look);
                    }
                });
            }
        });
    }

    private void tell(Optional<LockStatus> now) {
        List<LockStatus.Holder> holders = now.map(LockStatus::holders).orElse(List.of());
        if (!holders.equals(told)) {
            told = holders;
            listener.accept(now);
        }
    }

    void end() {
        ended = true;
    }
}
