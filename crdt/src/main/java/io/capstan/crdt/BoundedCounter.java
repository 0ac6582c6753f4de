package io.capstan.crdt;

import io.capstan.crdt.internal.CountersService;
import io.capstan.crdt.internal.EscrowCells;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A counter that never falls below 0, through any partition: stock, seats, quotas. Whoever adds gets as many rights to take
 * away; a node takes away only against rights it holds, at memory speed, and gets more from others when it runs short.
 *
 * <p>A node that stops in order hands its rights over. Those of one that crashed stay with its slot: they count, and nobody
 * can use them. What a node took away within milliseconds before a crash may be forgotten by the value, never by the
 * bound, as its rights are gone with it.
 *
 * <p>Keep the handle. All methods may be called from any thread; those that return no stage neither lock nor wait.
 */
public final class BoundedCounter {
    private final EscrowCells cells;
    private final CountersService service;

    BoundedCounter(EscrowCells cells, CountersService service) {
        this.cells = cells;
        this.service = service;
    }

    /** The name it was asked for by. */
    public String name() {
        return cells.name();
    }

    /**
     * Adds, and gives this node as many rights.
     *
     * @param amount 0 or more
     * @throws CounterFailure {@code TOO_MUCH_ADDED}: a node adds at most 2^55 in all; nothing was done
     */
    public void add(long amount) {
        requireAmount(amount);
        if (!cells.add(amount)) {
            throw new CounterFailure(
                    CounterFailure.Kind.TOO_MUCH_ADDED,
                    "counter \"" + name() + "\" cannot add " + amount + ": a node adds at most 2^55 in all");
        }
    }

    /**
     * Takes away if this node has the rights.
     *
     * @param amount 0 or more
     * @return whether it was done
     */
    public boolean tryTake(long amount) {
        requireAmount(amount);
        return cells.take(amount);
    }

    /**
     * Takes away as soon as this node has the rights, and asks others for what it lacks.
     *
     * @param amount 0 or more
     * @return fails with {@code NOT_ENOUGH} (RETRY: nothing was done), {@code TOO_MANY_WAITING} (likewise), {@code STOPPED}
     *     (likewise, elsewhere)
     */
    public CompletionStage<@Nullable Void> take(long amount, Duration within) {
        requireAmount(amount);
        if (cells.take(amount)) {
            return CompletableFuture.completedFuture(null);
        }
        return Outcomes.ofTake(name(), amount, service.take(name(), amount, within));
    }

    /** How much this node can take away without asking anybody. */
    public long rights() {
        return cells.rights();
    }

    /** What this node knows of the value, 0 or more. */
    public long value() {
        return cells.value();
    }

    /** For people: name and value. */
    @Override
    public String toString() {
        return name() + "=" + value();
    }

    private void requireAmount(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("an amount is 0 or more, got " + amount);
        }
    }
}
