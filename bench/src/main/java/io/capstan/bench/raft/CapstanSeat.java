package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import io.capstan.actors.Node;
import io.capstan.bench.SeatedNode;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A group of ours and our locks, as {@link Seat} wants them; a process with clients alone is a node without a member. */
public final class CapstanSeat implements Service {
    /** How many groups there are to be. */
    public static final String GROUPS = "groups";

    private static final String GROUP = "bench";
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final long LOOK = 20_000_000;

    private final Node node;
    private final Raft raft;
    // One, as a rule.
    private final List<RaftGroup> groups = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Locks locks;

    private CapstanSeat(Node node, Seating seating) {
        this.node = node;
        raft = Raft.get(node);
        locks = Locks.get(node);
        for (int i = 0; i < seating.other(GROUPS, 1); i++) {
            String name = i == 0 ? GROUP : GROUP + "-" + i;
            if (seating.isMember()) {
                raft.startVoter(name, seating.members(), Echo::new, Echo.CODEC);
            }
            groups.add(raft.group(name, Echo.CODEC));
        }
    }

    public static void main(String[] words) {
        Seat.run(words, CapstanSeat::open);
    }

    private static Service open(Seating seating) {
        Node node = SeatedNode.start(seating, "capstan.raft.voters = [" + String.join(", ", seating.members()) + "]");
        CapstanSeat seat = new CapstanSeat(node, seating);
        while (!seating.isMember() && node.nodes().size() < seating.members().size()) {
            LockSupport.parkNanos(LOOK);
        }
        while (seating.isMember()
                && !seat.groups.stream()
                        .allMatch(group -> seat.raft.leader(group.name()).isPresent())) {
            LockSupport.parkNanos(LOOK);
        }
        return seat;
    }

    /** They take turns. */
    private RaftGroup group() {
        return groups.size() == 1 ? groups.get(0) : groups.get(Math.floorMod(turn.getAndIncrement(), groups.size()));
    }

    private boolean leads(String which) {
        return raft.leader(which).equals(Optional.of(node.id().name()));
    }

    @Override
    public boolean leads() {
        return leads(GROUP);
    }

    @Override
    public boolean leadsLocks() {
        return leads(Locks.GROUP);
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        return group().write(command, within(SOON));
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        Consistency consistency = switch (how) {
            case LINEARIZABLE -> Consistency.LINEARIZABLE;
            case LEASE -> Consistency.LEASE;
            case STALE -> Consistency.stale(0);
        };
        return group().read(new byte[0], consistency, within(SOON));
    }

    @Override
    public Locker locker(int client) {
        LockSession session = locks.session(Ttl.of(LONG), cause -> {});
        return lock -> session.acquire(lock, within(LONG))
                .thenCompose(HeldLock::release)
                .toCompletableFuture()
                .join();
    }
}
