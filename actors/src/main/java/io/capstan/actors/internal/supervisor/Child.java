package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.supervisor.ChildSpec;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One child, as its supervisor knows it. */
final class Child {
    /** Where it is in its life. */
    enum Status {
        DOWN,
        STARTING,
        UP,
        STOPPING
    }

    private final String key;
    private final ChildSpec<?> spec;
    private Status status = Status.DOWN;
    private boolean undecided;
    private long life;
    private @Nullable ActorRef<?> ref;
    private @Nullable Cancellable deadline;
    private ExitReason reason = ExitReason.STOPPED;

    /** @param key its id, or one made from it where ids repeat */
    Child(String key, ChildSpec<?> spec) {
        this.key = key;
        this.spec = spec;
    }

    String key() {
        return key;
    }

    ChildSpec<?> spec() {
        return spec;
    }

    Status status() {
        return status;
    }

    /** Which of its starts this is; events of an earlier one are of no interest. */
    long life() {
        return life;
    }

    @Nullable
    ActorRef<?> ref() {
        return ref;
    }

    /** Why it ended last. */
    ExitReason reason() {
        return reason;
    }

    /** Its next life begins, under this number. */
    void begins(long number) {
        life = number;
        status = Status.STARTING;
        undecided = false;
        reason = ExitReason.STOPPED;
    }

    void is(ActorRef<?> process) {
        ref = process;
    }

    void up() {
        status = Status.UP;
    }

    void stopping(@Nullable Cancellable until) {
        status = Status.STOPPING;
        deadline = until;
    }

    /** Whether it has ended by itself, and what becomes of it is not decided yet. */
    boolean undecided() {
        return undecided;
    }

    void undecided(boolean still) {
        undecided = still;
    }

    void because(ExitReason why) {
        reason = why;
    }

    void down() {
        status = Status.DOWN;
        ref = null;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
