package io.capstan.crdt.internal;

import io.capstan.crdt.core.Folder;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One member's talks with the others about folding: one at a time, begun anew now and then. Not thread-safe. */
final class Talks {
    private final Folder folder;
    private final long everyNanos;
    private final Consumer<@Nullable LedgerView> heard;
    private @Nullable Agreement agreement;
    private boolean talking;
    private long lastNanos;

    /**
     * Silent until {@link #through} is called.
     *
     * @param heard told by any thread what the ledger knows, or null when that is not to be had now; to be handed to {@link
     *     #heard}
     */
    Talks(Folder folder, long everyNanos, Consumer<@Nullable LedgerView> heard) {
        this.folder = folder;
        this.everyNanos = everyNanos;
        this.heard = heard;
    }

    void through(Agreement port) {
        agreement = port;
    }

    /** To be called now and then. */
    void tick(long nowNanos) {
        Agreement port = agreement;
        if (port != null && !talking && nowNanos - lastNanos >= everyNanos) {
            lastNanos = nowNanos;
            talking = true;
            hear(port.look());
        }
    }

    /**
     * Goes on with what was heard; true when something was folded, or said of our own.
     *
     * @param onceOnDisk does what it is given once all that is held now is on disk, where it is to be: a crash must not take
     *     back what is said. Nothing waits for a moment without any writes, as under load there may be none
     */
    boolean heard(@Nullable LedgerView view, Consumer<Runnable> onceOnDisk) {
        Agreement port = agreement;
        talking = false;
        if (port == null || view == null) {
            return false;
        }
        LedgerCommand command = folder.next(view);
        if (folder.mayFold(view)) {
            folder.fold(view);
        } else if (command != null) {
            talking = true;
            onceOnDisk.accept(() -> hear(port.say(command)));
        }
        return true;
    }

    private void hear(CompletionStage<LedgerView> answer) {
        answer.whenComplete((view, failure) -> heard.accept(failure == null ? view : null));
    }
}
