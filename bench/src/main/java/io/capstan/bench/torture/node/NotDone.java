package io.capstan.bench.torture.node;

import io.capstan.actors.Failure;

/** A service's own word for why something was not done, or may not have been. */
final class NotDone extends Failure {
    private NotDone(Next next, String word) {
        super(next, word);
    }

    /** Surely not done, for a reason that judges know by this word. */
    static NotDone refused(String word) {
        return new NotDone(Next.DO_NOT_RETRY, word);
    }

    static NotDone unknown(String word) {
        return new NotDone(Next.OUTCOME_UNKNOWN, word);
    }
}
