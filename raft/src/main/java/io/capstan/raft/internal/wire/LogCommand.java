package io.capstan.raft.internal.wire;

import java.util.List;

/**
 * What an entry of kind COMMAND holds: the user's command, and what the shell needs to execute it once. In the log for
 * ever; the kinds' codes are never used again.
 *
 * <pre>
 *   u8   version: 1
 *   u8   kind
 *   ...  the fields in the order of the record; the user's command is the rest
 * </pre>
 */
public sealed interface LogCommand {
    int VERSION = 1;

    int OPEN = 2;
    int OPENED = 4;
    int ACKNOWLEDGED = 5;
    int FIRED = 6;
    int DOWN = 7;
    int RAISED = 8;

    /** Ids in one {@link Acknowledged}, at most. */
    int IDS_MAX = 1_000;

    /** Most bytes that come before the user's command. */
    int ENVELOPE_BYTES_MAX = 2 + 4 * Long.BYTES;

    /** For the state machine, as often as it is logged. */
    record Plain(byte[] command) implements LogCommand {}

    /**
     * Opens a session of a client. Its id is the recovery epoch of the group and the index of this entry, so that no
     * other has it, even after a backup was restored.
     *
     * @param ttlMillis of log time without a command in it, after which it is over
     */
    record Open(long ttlMillis) implements LogCommand {}

    /**
     * What a leader logs for {@link Open}: with its group's recovery epoch, so that the entry opens the same session also
     * where the group has another epoch by now.
     */
    record Opened(long epoch, long ttlMillis) implements LogCommand {}

    /**
     * For the state machine, once, however often it is logged.
     *
     * @param sequence the client's number for it, rising within the session
     * @param settled every command below it was answered or given up, and will not be sent again
     */
    record Once(long epoch, long session, long sequence, long settled, byte[] command) implements LogCommand {}

    /** Of a leader: these messages of the group's effects have arrived, or are given up. */
    record Acknowledged(List<EffectKey> ids) implements LogCommand {
        public Acknowledged {
            ids = List.copyOf(ids);
        }
    }

    /** Of a leader: the time of this timer has come. Executes its command, once. */
    record Fired(EffectKey id) implements LogCommand {}

    /**
     * Of a leader: this monitored process has ended. Executes its command, once.
     *
     * @param how the code of an {@link io.capstan.raft.Effects.Down}
     */
    record Down(EffectKey id, int how) implements LogCommand {}

    /** Of a leader: from here on all state machines behave as this version, if it is higher than the one in force. */
    record Raised(int version) implements LogCommand {}

    /** What a leader of a group of that recovery epoch logs for a command that a client has sent. */
    static byte[] asLogged(byte[] command, long epoch) {
        boolean opens = command.length > 1 && command[0] == VERSION && command[1] == OPEN;
        return opens && of(command) instanceof Open open ? new Opened(epoch, open.ttlMillis()).toBytes() : command;
    }

    /** Its bytes in the log. */
    default byte[] toBytes() {
        if (this instanceof Plain m) {
            return new Out(2 + m.command().length)
                    .u8(VERSION)
                    .u8(1)
                    .raw(m.command())
                    .toBytes();
        }
        if (this instanceof Open m) {
            return new Out(16).u8(VERSION).u8(OPEN).i64(m.ttlMillis()).toBytes();
        }
        if (this instanceof Opened m) {
            return new Out(24)
                    .u8(VERSION)
                    .u8(OPENED)
                    .i64(m.epoch())
                    .i64(m.ttlMillis())
                    .toBytes();
        }
        if (this instanceof Once m) {
            return new Out(ENVELOPE_BYTES_MAX + m.command().length)
                    .u8(VERSION)
                    .u8(3)
                    .i64(m.epoch())
                    .i64(m.session())
                    .i64(m.sequence())
                    .i64(m.settled())
                    .raw(m.command())
                    .toBytes();
        }
        if (this instanceof Acknowledged m) {
            Out out = new Out(6 + m.ids().size() * EffectKey.BYTES)
                    .u8(VERSION)
                    .u8(ACKNOWLEDGED)
                    .i32(m.ids().size());
            m.ids().forEach(id -> id.write(out));
            return out.toBytes();
        }
        if (this instanceof Fired m) {
            return m.id().write(new Out(24).u8(VERSION).u8(FIRED)).toBytes();
        }
        if (this instanceof Down m) {
            return m.id().write(new Out(24).u8(VERSION).u8(DOWN)).u8(m.how()).toBytes();
        }
        if (this instanceof Raised m) {
            return new Out(8).u8(VERSION).u8(RAISED).i32(m.version()).toBytes();
        }
        throw new IllegalStateException("a log command without a code: " + getClass());
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws Malformed when it is not that
     */
    static LogCommand of(byte[] bytes) {
        In in = new In(bytes);
        in.version("a command in the log", VERSION);
        int kind = in.u8();
        LogCommand command = switch (kind) {
            case 1 -> new Plain(in.rest());
            case OPEN -> new Open(in.i64());
            case 3 -> new Once(in.i64(), in.i64(), in.i64(), in.i64(), in.rest());
            case OPENED -> new Opened(in.i64(), in.i64());
            case ACKNOWLEDGED -> new Acknowledged(EffectKey.readAll(in));
            case FIRED -> new Fired(EffectKey.read(in));
            case DOWN -> new Down(EffectKey.read(in), in.u8());
            case RAISED -> new Raised(in.i32());
            default -> throw new Malformed("a command in the log of unknown kind " + kind);
        };
        in.end();
        return command;
    }
}
