package io.capstan.crdt.internal;

import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import java.util.concurrent.CompletionStage;

/**
 * The port through which the counters of one space agree on which slots of the departed are folded, and which operations
 * are forgotten: a {@link io.capstan.crdt.core.Ledger} that all members share, and that never forgets what it answered.
 * Whoever stands above implements it on a consistent group; without it nothing is folded nor forgotten, which costs memory
 * and nothing else. Thread-safe.
 */
public interface Agreement {
    /** What the ledger knows, or knew a moment ago; fails when nobody can tell now. */
    CompletionStage<LedgerView> look();

    /** Executes a command, once or more often; what is known then. When it fails it may be executed all the same. */
    CompletionStage<LedgerView> say(LedgerCommand command);
}
