package io.capstan.raft.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One member of a {@link TraceScript}: its core, a disk that waits to be told, and the telling of effects. */
final class TraceMember {
    private static final CoreSettings SETTINGS = new CoreSettings(
            new CoreSettings.Timing(3, 10, 20, 5, 30, 70),
            new CoreSettings.Windows(4, 4_000, 8, 8_000),
            new CoreSettings.Limits(100, 20, 10_000, 10_000, 10_000),
            new CoreSettings.Snapshots(50, 200, 0));

    private final MemberId id;
    private final TraceScript script;
    private final ArrayDeque<Effect> writes = new ArrayDeque<>();
    private final MemoryLogStore store = new MemoryLogStore();
    private RaftCore core;
    private long now;
    private long correlation;
    private long applied;

    TraceMember(MemberId id, TraceScript script) {
        this.id = id;
        this.script = script;
        core = start();
    }

    RaftCore core() {
        return core;
    }

    long nextCorrelation() {
        return ++correlation;
    }

    private RaftCore start() {
        return new RaftCore(SETTINGS, id, store, id.name().hashCode(), now);
    }

    void tick() {
        now += 20;
        step(new Input.Tick());
    }

    void step(Input input) {
        List<Effect> effects = core.step(now, input);
        long appliedNow = applied;
        for (Effect effect : effects) {
            String text = perform(effect);
            if (text != null) {
                script.tell(id.name() + " " + text);
            }
        }
        if (applied > appliedNow) {
            step(new Input.Applied(applied));
        }
    }

    /** Everything written becomes durable; false when there was nothing. */
    boolean disk() {
        boolean any = false;
        while (!writes.isEmpty()) {
            any = true;
            Effect write = writes.remove();
            if (write instanceof Effect.Persist persist) {
                store.write(persist);
                step(new Input.Persisted(persist.ticket()));
            } else if (write instanceof Effect.Compact compact) {
                store.write(compact);
            }
        }
        return any;
    }

    void crash() {
        writes.clear();
        applied = store.snapshot().index();
        core = start();
        script.tell(id.name() + " is back, term " + core.status().term() + ", log to "
                + core.status().lastIndex());
    }

    void snapshot() {
        step(new Input.SnapshotTaken(applied));
    }

    String log() {
        List<Entry> all = store.lastIndex() < store.firstIndex()
                ? new ArrayList<>()
                : store.entries(store.firstIndex(), store.lastIndex(), Long.MAX_VALUE);
        return id.name() + " has on disk: snapshot " + store.snapshot().index() + ", " + all + "; commit "
                + core.status().commitIndex();
    }

    private @Nullable String perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            script.send(new Envelope(id, send.to(), send.message()));
            return "-> " + send.to().name() + " " + TraceScript.text(send.message());
        } else if (effect instanceof Effect.Persist persist) {
            writes.add(persist);
            HardState hard = persist.hardState();
            MemberId vote = hard == null ? null : hard.vote();
            SnapshotMeta snapshot = persist.snapshot();
            return "writes #" + persist.ticket()
                    + (hard == null ? "" : " term " + hard.term() + (vote == null ? "" : " vote " + vote.name()))
                    + (snapshot == null ? "" : " snapshot " + snapshot.index())
                    + (persist.truncateFrom() == 0 ? "" : " cut from " + persist.truncateFrom())
                    + (persist.entries().isEmpty() ? "" : " " + persist.entries());
        } else if (effect instanceof Effect.Compact compact) {
            writes.add(compact);
            return "forgets entries up to " + compact.upTo() + " behind snapshot "
                    + compact.snapshot().index();
        } else if (effect instanceof Effect.Apply apply) {
            applied = apply.entries().get(apply.entries().size() - 1).index();
            return "applies " + apply.entries();
        } else if (effect instanceof Effect.Restore restore) {
            applied = restore.snapshot().index();
            return "restores snapshot " + applied;
        } else if (effect instanceof Effect.ReadSnapshot read) {
            // A snapshot of 80 bytes, in two pieces.
            int length = (int) Math.max(0, Math.min(read.bytesMax(), 80 - read.offset()));
            boolean last = read.offset() + length >= 80;
            step(new Input.SnapshotRead(read.to(), read.index(), read.offset(), new byte[length], last));
            return null;
        } else if (effect instanceof Effect.StoreChunk chunk) {
            script.tell(
                    id.name() + " keeps a piece of snapshot " + chunk.snapshot().index());
            step(new Input.ChunkStored(chunk.snapshot(), chunk.offset() + chunk.bytes().length, chunk.last()));
            return null;
        }
        return other(effect);
    }

    private static String other(Effect effect) {
        if (effect instanceof Effect.RoleChanged changed) {
            MemberId leader = changed.leader();
            return "is " + TraceScript.lower(changed.role()) + " in term " + changed.term()
                    + (leader == null ? "" : ", leader " + leader.name());
        } else if (effect instanceof Effect.ReadReady ready) {
            return "may answer read " + ready.correlation() + " at " + ready.index();
        } else if (effect instanceof Effect.Accepted accepted) {
            return "accepts " + accepted.correlation() + " as " + accepted.firstIndex() + ".." + accepted.lastIndex();
        } else if (effect instanceof Effect.Refused refused) {
            MemberId leader = refused.leader();
            return "refuses " + refused.correlation() + ": " + refused.why()
                    + (leader == null ? "" : ", leader " + leader.name());
        } else if (effect instanceof Effect.ConfigurationChanged changed) {
            return (changed.committed() ? "has committed" : "goes by") + " configuration " + changed.index() + " "
                    + changed.configuration().members().stream()
                            .map(member ->
                                    member.id().name() + (member.kind() == Member.Kind.LEARNER ? " (learner)" : ""))
                            .toList();
        }
        throw new IllegalStateException("no words for " + effect);
    }
}
