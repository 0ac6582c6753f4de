package io.capstan.registry;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.registry.internal.folding.FoldingService;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has all nodes fold, by agreement, what departed starts of nodes have counted: it goes on counting, in the memory of one.
 * Without it every start of a node costs a row per counter for ever.
 *
 * <p>Nodes become members as they start with it, for good. What a departed start has counted is folded once every member
 * holds the same of it; so while one member is away nothing is folded, and a node that never comes back has to be {@linkplain
 * #remove removed}. By the same agreement operations are forgotten, and what they added stays, once they are older than {@code
 * capstan.crdt.counters.operations-window}; a node takes operations and resets once it has joined. One that takes part later
 * than from its start must not have taken any before: they may count twice. When all members stop at once, what was folded of
 * counters in memory is gone with them like all else of these, and once all are back they begin anew. Members agree through a group of the nodes in
 * {@code capstan.raft.voters}. Thread-safe.
 */
public final class CounterFolding {
    private final FoldingService service;

    private CounterFolding(FoldingService service) {
        this.service = service;
    }

    /**
     * The node's one instance; it takes part from then on. Nodes with {@code capstan.registry.fold-counters.start = on} do
     * from their start.
     *
     * @throws RaftFailure NOT_CONFIGURED without {@code capstan.raft.voters}
     */
    public static CounterFolding get(Node node) {
        return node.internals()
                .service(
                        CounterFolding.class,
                        n -> new CounterFolding(n.internals().service(FoldingService.class, FoldingService::start)));
    }

    /** The latest starts of all members that were not removed; fails with a {@link RaftFailure}. */
    public CompletionStage<Set<NodeId>> members() {
        return service.look(Space.MEMORY, Consistency.LINEARIZABLE).thenApply(view -> {
            Set<NodeId> members = new TreeSet<>();
            view.members().values().stream()
                    .filter(member -> !member.removed())
                    .forEach(member -> members.add(member.slot().owner()));
            return members;
        });
    }

    /**
     * Gives up a member that is gone for good: nobody waits for it any more, and what it alone holds is given up too, should
     * it come back; then it is reported there with its amount, and counts nowhere. One that runs all the same stops, and is a
     * member again once it is started again. An operation that it alone had, and that was added again elsewhere, counts twice
     * if it comes back after that was forgotten. Repeating it does no harm.
     *
     * @param name the node's
     * @return done once agreed; fails with a {@link RaftFailure}
     */
    public CompletionStage<Void> remove(String name) {
        List<CompletableFuture<?>> both = new java.util.ArrayList<>();
        for (Space space : Space.values()) {
            both.add(service.say(space, new LedgerCommand.Remove(NodeId.requireName(name)))
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(both.toArray(CompletableFuture[]::new));
    }
}
