package io.capstan.registry.internal.folding;

import com.typesafe.config.Config;
import io.capstan.actors.Node;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.internal.Agreement;
import io.capstan.crdt.internal.CountersService;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.raft.Codec;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.registry.internal.folding.FoldingCodec.Asked;
import io.capstan.registry.internal.folding.FoldingCodec.Known;
import io.capstan.registry.internal.folding.FoldingCodec.Said;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What agrees on folding, of one node: the counters' {@link Agreement} on a group of its own. Thread-safe. */
public final class FoldingService {
    /** The group's name, as {@link Raft#status(String)} knows it. */
    public static final String GROUP = "capstan-counters";

    private static final Codec CODEC = new FoldingCodec();
    private static final Duration ASK = Duration.ofSeconds(5);

    private final RaftGroup group;

    private FoldingService(Node node, List<String> voters) {
        Raft raft = Raft.get(node);
        group = raft.group(GROUP, CODEC);
        raft.startVoter(GROUP, voters, FoldingMachine::new, CODEC);
        for (Space space : Space.values()) {
            CountersService.of(node, space).foldThrough(new InGroup(space));
        }
    }

    /** Whether {@code capstan.registry.fold-counters} wants it from the node's start on, and there is who votes. */
    public static boolean wanted(Config config) {
        return config.getBoolean("capstan.registry.fold-counters.start")
                && !config.getStringList("capstan.raft.voters").isEmpty();
    }

    /**
     * Starts it.
     *
     * @throws RaftFailure NOT_CONFIGURED without {@code capstan.raft.voters}
     */
    public static FoldingService start(Node node) {
        List<String> voters = node.system().settings().config().getStringList("capstan.raft.voters");
        if (voters.isEmpty()) {
            throw new RaftFailure(
                    RaftFailure.Kind.NOT_CONFIGURED,
                    "folding counters needs capstan.raft.voters: the names of the three or five nodes that vote on it");
        }
        return new FoldingService(node, voters);
    }

    /** What the group knows of one space, as of now. */
    public CompletionStage<LedgerView> look(Space space, Consistency consistency) {
        return group.read(new Asked(space), consistency, Within.within(ASK)).thenApply(known -> ((Known) known).view());
    }

    /** Has the group execute a command, which may be executed twice. */
    public CompletionStage<LedgerView> say(Space space, LedgerCommand command) {
        return group.write(
                        new Said(space, command),
                        Known.class,
                        Within.within(ASK).repeatable())
                .thenApply(Known::view);
    }

    private final class InGroup implements Agreement {
        private final Space space;

        InGroup(Space space) {
            this.space = space;
        }

        @Override
        public CompletionStage<LedgerView> look() {
            // Of a moment ago is good enough: what comes of it is compared with what is known when it is executed.
            return FoldingService.this.look(space, Consistency.stale(0));
        }

        @Override
        public CompletionStage<LedgerView> say(LedgerCommand command) {
            return FoldingService.this.say(space, command);
        }
    }
}
