package io.capstan.raft.internal.peer;

import io.capstan.raft.Effects;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.effect.EffectRecords;
import io.capstan.raft.internal.effect.EffectTable;
import io.capstan.raft.internal.effect.EntryEffects;
import io.capstan.raft.internal.effect.Outstanding;
import io.capstan.raft.internal.session.SessionRecords;
import io.capstan.raft.internal.session.SessionTable;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.LogCommand;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that the log decides on one replica: the clients' sessions, the effects under way, and the state machine. The same
 * on every replica after the same entries.
 */
final class Replicated {
    private static final byte[] NOTHING = new byte[0];

    private final String group;
    private final long epoch;
    private final Machine machine;
    private final EntryEffects.Words words;
    private final SessionTable sessions = new SessionTable();
    private final EffectTable effects = new EffectTable();
    // In force; the machine knows of it, unless it cannot behave so and has had nothing to execute yet.
    private int version = 1;

    Replicated(String group, long epoch, Machine machine, EntryEffects.Words words) {
        this.group = group;
        this.epoch = epoch;
        this.machine = machine;
        this.words = words;
        machine.init(group, epoch);
        if (machine.oldestVersion() == 1) {
            machine.behaveAs(1);
        }
    }

    /** The version of the state machine's behaviour that is in force. */
    int version() {
        return version;
    }

    /**
     * Executes a committed command.
     *
     * @throws MachineUnfit when this replica can go on no longer
     */
    Outcome execute(Entry entry) {
        LogCommand command;
        try {
            command = LogCommand.of(entry.payload());
        } catch (Malformed malformed) {
            return Outcome.refused(entry.index(), Why.INVALID, String.valueOf(malformed.getMessage()));
        }
        if (command instanceof LogCommand.Once once) {
            return once(entry, once);
        }
        if (command instanceof LogCommand.Opened opened) {
            return open(entry, opened.epoch(), opened.ttlMillis());
        }
        if (command instanceof LogCommand.Acknowledged arrived) {
            arrived.ids().forEach(id -> effects.acknowledged(id.in(group)));
            return Outcome.reply(entry.index(), NOTHING);
        }
        if (command instanceof LogCommand.Raised raised) {
            if (raised.version() > version) {
                machine.behaveAs(raised.version());
                version = raised.version();
            }
            return Outcome.reply(entry.index(), NOTHING);
        }
        if (command instanceof LogCommand.Fired fired) {
            return own(entry, effects.fired(fired.id().in(group), entry.time()));
        }
        if (command instanceof LogCommand.Down down) {
            return own(
                    entry,
                    effects.down(
                            down.id().in(group),
                            down.how() == Effects.Down.STOPPED.code()
                                    ? Effects.Down.STOPPED
                                    : Effects.Down.NOCONNECTION));
        }
        if (command instanceof LogCommand.Plain plain) {
            return run(entry, plain.command());
        }
        // An Open, for which leaders log an Opened: of another epoch's group it would be another session.
        return Outcome.refused(entry.index(), Why.INVALID, "a session that no leader has opened");
    }

    /** A command of the group's own; none when it was executed before, or called off. */
    private Outcome own(Entry entry, byte @Nullable [] command) {
        return command == null ? Outcome.reply(entry.index(), NOTHING) : run(entry, command);
    }

    private Outcome run(Entry entry, byte[] command) {
        if (version < machine.oldestVersion()) {
            throw new MachineUnfit(version, machine.oldestVersion(), machine.newestVersion());
        }
        EntryEffects its = new EntryEffects(group, epoch, entry.index(), effects, words);
        Outcome outcome = machine.write(command, new LogEntry(entry.index(), entry.time(), its));
        its.end();
        if (outcome.why() == null) {
            its.accept();
        }
        return outcome;
    }

    private Outcome open(Entry entry, long of, long ttlMillis) {
        sessions.open(of, entry.index(), ttlMillis, entry.time());
        return Outcome.reply(entry.index(), new Out(8).i64(of).toBytes());
    }

    private Outcome once(Entry entry, LogCommand.Once once) {
        SessionTable.Verdict verdict =
                sessions.begin(once.epoch(), once.session(), once.sequence(), once.settled(), entry.time());
        return switch (verdict) {
            case NEW -> {
                Outcome outcome = run(entry, once.command());
                String threw = outcome.why() == null ? null : outcome.text();
                sessions.executed(
                        once.epoch(),
                        once.session(),
                        once.sequence(),
                        new SessionTable.Reply(entry.index(), threw == null ? outcome.reply() : null, threw));
                yield outcome;
            }
            case DONE -> again(sessions.reply(once.epoch(), once.session(), once.sequence()));
            case EXPIRED -> Outcome.refused(entry.index(), Why.EXPIRED, "its session is over");
            case FULL ->
                Outcome.refused(
                        entry.index(),
                        Why.OVERLOADED,
                        SessionTable.COMMANDS_PER_SESSION_MAX + " commands of its session are unsettled");
        };
    }

    private static Outcome again(SessionTable.Reply reply) {
        byte[] bytes = reply.bytes();
        if (reply.threw() != null) {
            return Outcome.threw(reply.index(), reply.threw());
        }
        return bytes != null
                ? Outcome.reply(reply.index(), bytes)
                : Outcome.refused(reply.index(), Why.EXPIRED, "it was executed; its reply is kept no longer");
    }

    EffectTable effects() {
        return effects;
    }

    Machine machine() {
        return machine;
    }

    /** A view of everything; empty when the state machine takes no snapshots. */
    Optional<StateMachine.View> view() {
        return machine.snapshot();
    }

    /** The shell's own part of a snapshot, as it is now; encoded by whoever iterates. */
    Iterable<byte[]> records() {
        List<SessionTable.Image> image = sessions.image();
        List<Outstanding> outstanding = effects.image();
        return () -> Stream.concat(
                        image.stream().map(SessionRecords::write),
                        outstanding.stream().map(EffectRecords::write))
                .iterator();
    }

    /** Forgets everything, to be restored. */
    void clear() {
        sessions.clear();
        effects.clear();
    }

    void restore(byte[] record) {
        if (EffectRecords.isOne(record)) {
            effects.restore(EffectRecords.read(group, record));
        } else {
            sessions.restore(SessionRecords.read(record));
        }
    }

    /**
     * The state machine's own part of a snapshot.
     *
     * @param of the version that was in force when it was taken
     * @throws MachineUnfit when this replica cannot go on from it
     */
    void restore(int of, InputStream in) throws IOException {
        version = Math.max(1, of);
        machine.behaveAs(version);
        machine.restore(in);
    }
}
