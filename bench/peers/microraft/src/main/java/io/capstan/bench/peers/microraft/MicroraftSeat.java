package io.capstan.bench.peers.microraft;

import io.capstan.bench.seat.DoorClient;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import io.microraft.statemachine.StateMachine;
import io.microraft.store.sqlite.RaftSqliteStore;
import io.microraft.transport.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All three members in this one process, messages handed over by reference, each with a SQLite file of its own. */
public final class MicroraftSeat implements Service {
    private static final int PENDING_MAX = 5_000;
    private static final int BATCH = 1_000;
    private static final byte[] QUERY = {1};
    private static final long LOOK = 20_000_000;

    private final Map<RaftEndpoint, RaftNode> nodes = new LinkedHashMap<>();

    /** A member, by its name. */
    record Endpoint(String name) implements RaftEndpoint {
        @Override
        public Object getId() {
            return name;
        }
    }

    private MicroraftSeat(Seating seating) {
        List<RaftEndpoint> members = seating.members().stream()
                .map(name -> (RaftEndpoint) new Endpoint(name))
                .toList();
        RaftModelFactory models = new DefaultRaftModelFactory();
        RaftConfig config = RaftConfig.newBuilder()
                .setMaxPendingLogEntryCount(PENDING_MAX)
                .setAppendEntriesRequestBatchSize(BATCH)
                .build();
        for (RaftEndpoint member : members) {
            RaftSqliteStore store = RaftSqliteStore.create(
                    seating.directory().resolve(member.getId() + ".db").toFile(), models, new Formats(models));
            nodes.put(
                    member,
                    RaftNode.newBuilder()
                            .setGroupId("bench")
                            .setLocalEndpoint(member)
                            .setInitialGroupMembers(members)
                            .setConfig(config)
                            .setTransport(new ByReference())
                            .setStateMachine(new Counting())
                            .setStore(store)
                            .setModelFactory(models)
                            .build());
        }
        nodes.values().forEach(node -> node.start().join());
        while (leader() == null) {
            LockSupport.parkNanos(LOOK);
        }
    }

    public static void main(String[] words) {
        Seat.run(words, seating -> seating.isMember() ? new MicroraftSeat(seating) : new DoorClient(seating));
    }

    private @Nullable RaftNode leader() {
        for (RaftNode node : nodes.values()) {
            if (node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint())) {
                return node;
            }
        }
        return null;
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        RaftNode leader = leader();
        return leader == null ? nobodyLeads() : leader.replicate(command);
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        RaftNode leader = leader();
        QueryPolicy policy =
                switch (how) {
                    case LINEARIZABLE -> QueryPolicy.LINEARIZABLE;
                    case LEASE -> QueryPolicy.LEADER_LEASE;
                    case STALE -> QueryPolicy.EVENTUAL_CONSISTENCY;
                };
        return leader == null ? nobodyLeads() : leader.query(QUERY, policy, Optional.empty(), Optional.empty());
    }

    private static CompletionStage<?> nobodyLeads() {
        return CompletableFuture.failedFuture(new IllegalStateException("nobody leads"));
    }

    private final class ByReference implements Transport {
        @Override
        public void send(RaftEndpoint target, RaftMessage message) {
            RaftNode node = nodes.get(target);
            if (node != null) {
                node.handle(message);
            }
        }

        @Override
        public boolean isReachable(RaftEndpoint endpoint) {
            return nodes.containsKey(endpoint);
        }
    }

    /** Counts commands. */
    private static final class Counting implements StateMachine {
        private long count;

        @Override
        public @Nullable Object runOperation(long index, Object operation) {
            if (operation != QUERY) {
                count++;
            }
            return null;
        }

        @Override
        public void takeSnapshot(long index, Consumer<Object> chunks) {
            chunks.accept(count);
        }

        @Override
        public void installSnapshot(long index, List<Object> chunks) {
            count = (Long) chunks.get(0);
        }

        @Override
        public Object getNewTermOperation() {
            return Formats.NEW_TERM;
        }
    }
}
