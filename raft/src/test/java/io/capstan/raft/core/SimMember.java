package io.capstan.raft.core;

import io.capstan.testkit.sim.SimDisk;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shell of one simulated member: performs the core's effects on simulated disk and wire, and tells the oracle. */
final class SimMember implements SimProcess<Envelope> {
    /** A snapshot of the state machine, as a record on the disk. */
    record SnapshotFile(long index, byte[] bytes) {}

    private static final int SNAPSHOT_BYTES = 100;

    final MemberId id;
    final RaftCore core;
    final MemoryLogStore live;
    private final MemoryLogStore durable;
    private final SimNode<Envelope> node;
    private final SimWorld world;
    private final List<Input> inbox = new ArrayList<>();
    private final Map<Long, Effect.Accepted> accepted = new HashMap<>();
    private final ArrayDeque<Effect> toApply = new ArrayDeque<>();
    private final Map<Long, SnapshotFile> files = new HashMap<>();
    private @Nullable ByteBuffer receiving;
    private boolean applierRuns;
    private boolean isOver;
    private long appliedIndex;
    private long state;
    private long snapshotAt;

    SimMember(SimNode<Envelope> node, SimWorld world, MemberId id) {
        this.node = node;
        this.world = world;
        this.id = id;
        durable = new MemoryLogStore();
        for (Object record : node.disk().records(Object.class)) {
            recover(record);
        }
        live = durable.copy();
        appliedIndex = durable.snapshot().index();
        state = appliedIndex == 0 ? 0 : stateOf(file(appliedIndex));
        snapshotAt = appliedIndex;
        core = new RaftCore(world.settings, id, durable, node.random().nextLong(), millis());
        world.oracle.started(this);
        node.every(world.tick, () -> input(new Input.Tick()));
    }

    private void recover(Object record) {
        if (record instanceof Effect.Persist persist) {
            durable.write(persist);
        } else if (record instanceof Effect.Compact compact) {
            durable.write(compact);
        } else if (record instanceof SnapshotFile file) {
            files.put(file.index(), file);
        }
    }

    private SnapshotFile file(long index) {
        SnapshotFile file = files.get(index);
        if (file == null) {
            throw new IllegalStateException("no snapshot of " + index + " on the disk of " + id);
        }
        return file;
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
            write(persist, () -> {
                durable.write(persist);
                input(new Input.Persisted(persist.ticket()));
            });
        } else if (effect instanceof Effect.Compact compact) {
            live.write(compact);
            write(compact, () -> durable.write(compact));
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
        } else if (effect instanceof Effect.Refused refused) {
            world.oracle.refused(refused);
        } else if (effect instanceof Effect.ReadSnapshot read) {
            node.after(Duration.ofNanos(1_000), () -> readSnapshot(read));
        } else if (effect instanceof Effect.StoreChunk chunk) {
            storeChunk(chunk);
        }
    }

    /** A failed flush is final: this life ends, and the next one finds what is on the disk (no retry can tell). */
    private void write(Object record, Runnable whenDurable) {
        node.disk().append(record, new SimDisk.Completion() {
            @Override
            public void durable() {
                whenDurable.run();
            }

            @Override
            public void failed() {
                if (!isOver) {
                    isOver = true;
                    world.stops(node.name());
                }
            }
        });
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
                if (asked != null && asked.term() == entry.term()) {
                    world.oracle.acknowledged(asked);
                }
            }
        } else if (effect instanceof Effect.Restore restore) {
            appliedIndex = restore.snapshot().index();
            state = stateOf(file(appliedIndex));
            world.oracle.restored(this, restore.snapshot());
        }
        applierRuns = false;
        input(new Input.Applied(appliedIndex));
        maybeTakeSnapshot();
        wakeApplier();
    }

    private void maybeTakeSnapshot() {
        if (appliedIndex - snapshotAt >= world.snapshotEvery) {
            snapshotAt = appliedIndex;
            SnapshotFile file = new SnapshotFile(appliedIndex, bytesOf(state));
            write(file, () -> {
                files.put(file.index(), file);
                world.count("snapshots taken");
                // Others write it, and their news may come when a newer one has been installed (ra de94f929).
                Duration late = Duration.ofMillis(
                        node.random().nextInt(4) == 0 ? node.random().nextInt(500) : 0);
                node.after(late, () -> input(new Input.SnapshotTaken(file.index())));
            });
        }
    }

    // ---- Snapshots on their way

    private void readSnapshot(Effect.ReadSnapshot read) {
        SnapshotFile file = files.get(read.index());
        byte[] all = file == null ? new byte[0] : file.bytes();
        int from = (int) Math.min(read.offset(), all.length);
        int to = Math.min(all.length, from + read.bytesMax());
        boolean last = file != null && to == all.length;
        input(new Input.SnapshotRead(read.to(), read.index(), read.offset(), Arrays.copyOfRange(all, from, to), last));
    }

    private void storeChunk(Effect.StoreChunk chunk) {
        ByteBuffer buffer = receiving;
        if (buffer == null || chunk.offset() == 0) {
            buffer = ByteBuffer.allocate(SNAPSHOT_BYTES);
            receiving = buffer;
        }
        if (buffer.position() != chunk.offset()) {
            throw new IllegalStateException("piece at " + chunk.offset() + " after " + buffer.position());
        }
        buffer.put(chunk.bytes());
        long next = buffer.position();
        if (!chunk.last()) {
            node.after(Duration.ofNanos(1_000), () -> input(new Input.ChunkStored(chunk.snapshot(), next, false)));
            return;
        }
        receiving = null;
        SnapshotFile file = new SnapshotFile(chunk.snapshot().index(), buffer.array());
        write(file, () -> {
            files.put(file.index(), file);
            input(new Input.ChunkStored(chunk.snapshot(), next, true));
        });
    }

    private static byte[] bytesOf(long state) {
        ByteBuffer bytes = ByteBuffer.allocate(SNAPSHOT_BYTES);
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(state);
        }
        return bytes.array();
    }

    private static long stateOf(SnapshotFile file) {
        ByteBuffer bytes = ByteBuffer.wrap(file.bytes());
        long state = bytes.getLong();
        while (bytes.remaining() >= Long.BYTES) {
            if (bytes.getLong() != state) {
                throw new IllegalStateException("a snapshot of pieces that do not belong together");
            }
        }
        return state;
    }
}
