package io.capstan.raft.core;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.internal.log.DurableLog;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shell of one simulated member: performs the core's effects on simulated disk and wire, and tells the oracle. */
final class SimMember implements SimProcess<Envelope> {
    final MemberId id;
    final RaftCore core;
    final MemoryLogStore live;
    private final MemoryLogStore durable = new MemoryLogStore();
    private final SimStore store;
    private final DurableLog log;
    private final SimSnapshots snapshots;
    private final SimFullDisk disk;
    private final SimNode<Envelope> node;
    private final SimWorld world;
    private final List<Input> inbox = new ArrayList<>();
    private final Map<Long, Effect.Accepted> accepted = new HashMap<>();
    private final ArrayDeque<Effect> toApply = new ArrayDeque<>();
    private final List<Effect.ReadReady> reads = new ArrayList<>();
    private boolean applierRuns;
    private boolean isOver;
    private long appliedIndex;
    private long state;
    private long snapshotAt;

    SimMember(SimNode<Envelope> node, SimWorld world, MemberId id) {
        this.node = node;
        this.world = world;
        this.id = id;
        for (Object record : node.disk().records(Object.class)) {
            if (record instanceof SimStore.Write write) {
                model(write.meaning());
            }
        }
        store = new SimStore(node.disk(), this::fails);
        log = DurableLog.open(store, "g", id.incarnation());
        disk = new SimFullDisk(id);
        requireAsModelled();
        snapshots = new SimSnapshots(node, this::input, this::fails);
        live = durable.copy();
        appliedIndex = durable.snapshot().index();
        state = appliedIndex == 0 ? 0 : snapshots.state(appliedIndex);
        snapshotAt = appliedIndex;
        core = new RaftCore(world.settings, id, log, node.random().nextLong(), millis());
        world.oracle.started(this);
        node.every(world.tick, this::tick);
    }

    private void tick() {
        disk.tick().forEach(this::write);
        input(new Input.Tick());
        boolean leads = core.status().role() == Role.LEADER;
        if (leads && world.rests && node.random().nextInt(10) == 0) {
            input(new Input.Rest());
        }
        if (leads && core.isResting()) {
            world.count("ticks of leaders at rest");
        }
    }

    private void model(@Nullable Effect effect) {
        if (effect instanceof Effect.Persist persist) {
            durable.write(persist);
        } else if (effect instanceof Effect.Compact compact) {
            durable.write(compact);
        }
    }

    /** What the log of production finds after a crash is what was asked of it, but for prefixes not removed yet. */
    private void requireAsModelled() {
        boolean same = log.hardState().equals(durable.hardState())
                && log.snapshot().equals(durable.snapshot())
                && log.firstIndex() <= durable.firstIndex()
                && log.lastIndex() == durable.lastIndex();
        if (same && durable.firstIndex() <= durable.lastIndex()) {
            same = log.entries(durable.firstIndex(), durable.lastIndex(), Long.MAX_VALUE)
                    .equals(durable.entries(durable.firstIndex(), durable.lastIndex(), Long.MAX_VALUE));
        }
        if (!same) {
            throw new IllegalStateException("the log of " + id + " is not what was written: " + log.firstIndex()
                    + " to " + log.lastIndex() + ", expected " + durable.firstIndex() + " to " + durable.lastIndex());
        }
    }

    long state() {
        return state;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    MemoryLogStore durable() {
        return durable;
    }

    private long millis() {
        return node.nanos() / 1_000_000;
    }

    @Override
    public void onMessage(String from, Envelope envelope) {
        input(new Input.Received(envelope.from(), envelope.to(), envelope.message()));
    }

    @Override
    public void onLinkDown(String peer) {
        input(new Input.Unlinked(world.idOf(peer)));
    }

    /** What a client asks: it waits in line with everything else, also while the member is paused. */
    void ask(Input input) {
        node.after(Duration.ofNanos(1), () -> input(input));
    }

    /** At once, or with whatever else comes within a moment: shells batch. */
    void input(Input input) {
        if (isOver) {
            return;
        }
        if (!world.batching) {
            perform(core.step(millis(), input));
            return;
        }
        inbox.add(input);
        if (inbox.size() == 1) {
            node.after(Duration.ofNanos(node.random().nextInt(500_000)), this::drain);
        }
    }

    private void drain() {
        if (isOver) {
            return;
        }
        List<Input> batch = List.copyOf(inbox);
        inbox.clear();
        perform(core.step(millis(), batch));
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            perform(effect);
        }
        world.oracle.stepped(this);
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            world.oracle.sends(this, send.message(), send.to());
            node.send(send.to().name(), new Envelope(id, send.to(), send.message()));
        } else if (effect instanceof Effect.Persist persist) {
            world.oracle.writes(this, persist);
            live.write(persist);
            write(persist);
        } else if (effect instanceof Effect.Compact compact) {
            live.write(compact);
            write(compact);
        } else if (effect instanceof Effect.Apply apply) {
            world.oracle.handsOut(this, apply);
            toApply.add(apply);
            wakeApplier();
        } else if (effect instanceof Effect.Restore) {
            toApply.add(effect);
            wakeApplier();
        } else if (effect instanceof Effect.Accepted taken) {
            if (taken.correlation() > 0) {
                accepted.put(taken.firstIndex(), taken);
            }
            world.oracle.accepted(taken);
        } else if (effect instanceof Effect.ReadReady ready) {
            world.oracle.readReady(this, ready);
            reads.add(ready);
            answerReads();
        } else if (effect instanceof Effect.Refused refused) {
            world.oracle.refused(refused);
            world.clients.fails(refused.correlation());
        } else if (effect instanceof Effect.ReadSnapshot read) {
            snapshots.read(read);
        } else if (effect instanceof Effect.StoreChunk chunk) {
            snapshots.store(chunk);
        }
    }

    private void write(Effect effect) {
        if (!disk.takes(effect)) {
            voteAhead();
            return;
        }
        store.means(effect);
        if (effect instanceof Effect.Compact compact) {
            durable.write(compact); // What it removes is never asked for again.
            log.write(compact, told(() -> {}));
        } else if (effect instanceof Effect.Persist persist) {
            log.write(persist, told(() -> {
                log.durable(persist);
                durable.write(persist);
                input(new Input.Persisted(persist.ticket()));
            }));
        }
    }

    /** On a full disk term and vote are written all the same, from the reserve. */
    private void voteAhead() {
        Effect.Persist ahead = disk.voteAhead();
        HardState state = ahead == null ? null : ahead.hardState();
        if (ahead != null && state != null) {
            world.count("votes on a full disk");
            store.means(ahead);
            log.writeVote(state, told(() -> {
                log.durable(state);
                durable.write(ahead);
                input(new Input.VotePersisted(ahead.ticket()));
            }));
        }
    }

    private static Store.Completion told(Runnable whenDurable) {
        return new Store.Completion() {
            @Override
            public void durable() {
                whenDurable.run();
            }

            @Override
            public void failed(StoreFailure failure) {}
        };
    }

    /** A failed flush is final: this life ends, and the next one finds what is on the disk (no retry can tell). */
    private void fails() {
        if (!isOver) {
            isOver = true;
            world.stops(node.name());
        }
    }

    // ---- The applier

    private void wakeApplier() {
        if (!applierRuns && !toApply.isEmpty()) {
            applierRuns = true;
            node.after(Duration.ofNanos(1 + node.random().nextInt(2_000_000)), this::applySome);
        }
    }

    private void applySome() {
        if (isOver) {
            return;
        }
        Effect effect = toApply.remove();
        if (effect instanceof Effect.Apply apply) {
            for (Entry entry : apply.entries()) {
                state = world.oracle.apply(this, entry, state);
                appliedIndex = entry.index();
                Effect.Accepted asked = accepted.remove(entry.index());
                if (asked != null) {
                    answer(asked, entry);
                }
            }
        } else if (effect instanceof Effect.Restore restore) {
            appliedIndex = restore.snapshot().index();
            state = snapshots.state(appliedIndex);
            world.oracle.restored(this, restore.snapshot());
        }
        applierRuns = false;
        answerReads();
        input(new Input.Applied(appliedIndex));
        maybeTakeSnapshot();
        wakeApplier();
    }

    private void answer(Effect.Accepted asked, Entry entry) {
        if (asked.term() == entry.term()) {
            world.oracle.acknowledged(asked);
            world.clients.wrote(asked.correlation());
        } else {
            world.clients.fails(asked.correlation());
        }
    }

    private void answerReads() {
        reads.removeIf(ready -> {
            boolean isReached = ready.index() <= appliedIndex;
            if (isReached) {
                world.clients.sees(ready.correlation(), appliedIndex);
            }
            return isReached;
        });
    }

    private void maybeTakeSnapshot() {
        if (appliedIndex - snapshotAt >= world.snapshotEvery) {
            snapshotAt = appliedIndex;
            world.count("snapshots taken");
            snapshots.take(appliedIndex, state);
        }
    }
}
