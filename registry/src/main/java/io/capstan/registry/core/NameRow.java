package io.capstan.registry.core;

import io.capstan.registry.Metadata;

/**
 * What a node writes of a name into its own slot: one claim of one of its processes.
 *
 * @param claim this claim; a new one for every register and reRegister
 * @param rank 0 for a first registration, one more for every reRegister of its lineage
 * @param lineage the first claim of the chain of reRegisters that this one continues; within it the higher rank wins
 * @param state pending rows are hidden from whereis
 * @param loss what becomes of the process when it loses a conflict
 * @param process a reference as its own node writes it; opaque here
 * @param metadata the user's; opaque here
 */
public record NameRow(
        ClaimId claim, int rank, ClaimId lineage, State state, Loss loss, String process, Metadata metadata) {
    /** The code is on the wire: it never changes. */
    public enum State {
        /** Claimed, not decided. */
        PENDING(0),
        /** The process has the name. */
        OWNED(1);

        final byte code;

        State(int code) {
            this.code = (byte) code;
        }
    }

    /** What a conflict does, as the claimer chose it. The code is on the wire: it never changes. */
    public enum Loss {
        /** One owner remains, the others are stopped. */
        KILL_ONE(0),
        /** One owner remains, the others are told and live on without the name. */
        NOTIFY_ONE(1),
        /** Nobody remains; all are told. */
        NOTIFY_BOTH(2),
        /** A function at the arbiter's node says who remains; the others are told. */
        CUSTOM(3);

        final byte code;

        Loss(int code) {
            this.code = (byte) code;
        }
    }

    boolean owned() {
        return state == State.OWNED;
    }

    NameRow asOwned() {
        return new NameRow(claim, rank, lineage, State.OWNED, loss, process, metadata);
    }

    /** A reRegister takes the name over without a conflict: same lineage, higher rank. */
    boolean supersedes(NameRow other) {
        return lineage.equals(other.lineage) && rank > other.rank;
    }

    @Override
    public String toString() {
        return state + "[" + claim + " rank " + rank + " of " + lineage + " " + process + "]";
    }
}
