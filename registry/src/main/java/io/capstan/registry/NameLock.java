package io.capstan.registry;

import java.util.concurrent.CompletionStage;

/** A lock held, by {@link AvailableNames#setLock}. */
public interface NameLock {
    /** What is locked. */
    String resource();

    /** Completes when the lock is lost without a release: after a split somebody else had it too, and has it still. */
    CompletionStage<Void> lost();

    /** Gives it back, once; further calls, and those after it was lost, do nothing. */
    CompletionStage<Void> release();
}
