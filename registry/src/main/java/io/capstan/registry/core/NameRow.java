package io.capstan.registry.core;

import io.capstan.registry.Metadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a node writes of a name into its own slot: one claim of one of its processes. Immutable; equal when all of it is.
 *
 * <p>There may be a hundred thousand of them on every node, so it keeps its ids as numbers and its process as a {@link
 * ProcessText}: some 50 bytes.
 */
public final class NameRow {
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

    private final long order;
    private final long slot;
    private final int rank;

    /** Null: this claim began it. */
    private final @Nullable ClaimId lineage;

    private final State state;
    private final Loss loss;
    private final ProcessText process;
    private final Metadata metadata;

    /**
     * A row.
     *
     * @param claim this claim; a new one for every register and reRegister
     * @param rank 0 for a first registration, one more for every reRegister of its lineage
     * @param lineage the first claim of the chain of reRegisters that this one continues; within it the higher rank wins
     * @param state pending rows are hidden from whereis
     * @param loss what becomes of the process when it loses a conflict
     * @param process a reference as its own node writes it; opaque here
     * @param metadata the user's; opaque here
     */
    public NameRow(
            ClaimId claim, int rank, ClaimId lineage, State state, Loss loss, String process, Metadata metadata) {
        this(claim, rank, lineage, state, loss, ProcessText.of(process), metadata);
    }

    NameRow(ClaimId claim, int rank, ClaimId lineage, State state, Loss loss, ProcessText process, Metadata metadata) {
        order = claim.order();
        slot = claim.slot();
        this.rank = rank;
        this.lineage = lineage.equals(claim) ? null : lineage;
        this.state = state;
        this.loss = loss;
        this.process = process;
        this.metadata = metadata;
    }

    /** This claim. */
    public ClaimId claim() {
        return new ClaimId(order, slot);
    }

    /** How many reRegisters stand before it in its lineage. */
    public int rank() {
        return rank;
    }

    /** The first claim of the chain that this one continues. */
    public ClaimId lineage() {
        return lineage == null ? claim() : lineage;
    }

    /** Whether it is decided. */
    public State state() {
        return state;
    }

    /** What becomes of the process when it loses a conflict. */
    public Loss loss() {
        return loss;
    }

    /** The process, as its own node writes it. */
    public String process() {
        return process.toString();
    }

    /** The user's. */
    public Metadata metadata() {
        return metadata;
    }

    boolean owned() {
        return state == State.OWNED;
    }

    boolean is(ClaimId id) {
        return id.order() == order && id.slot() == slot;
    }

    /** Whether it is of this process. */
    boolean of(String other) {
        return process.is(other);
    }

    NameRow asOwned() {
        return new NameRow(claim(), rank, lineage(), State.OWNED, loss, process, metadata);
    }

    /** A reRegister takes the name over without a conflict: same lineage, higher rank. */
    boolean supersedes(NameRow other) {
        return rank > other.rank && lineage().equals(other.lineage());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NameRow that
                && order == that.order
                && slot == that.slot
                && rank == that.rank
                && state == that.state
                && loss == that.loss
                && Objects.equals(lineage, that.lineage)
                && process.equals(that.process)
                && metadata.equals(that.metadata);
    }

    @Override
    public int hashCode() {
        return Objects.hash(order, slot, rank, state, loss, process, metadata);
    }

    @Override
    public String toString() {
        return state + "[" + claim() + " rank " + rank + " of " + lineage() + " " + process + "]";
    }
}
