package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.nio.charset.StandardCharsets;

/**
 * An effect as a record of a snapshot: kind (u8: 2 a message, 3 a timer, 4 a monitor), epoch and index (i64 each), ordinal
 * (i32); then of a message its process and its bytes, of a timer its name, its time (i64) and its command, of a monitor its
 * process and its two commands. References and bytes are blocks, the name is a block of UTF-8.
 */
public final class EffectRecords {
    private static final int SEND = 2;
    private static final int TIMER = 3;
    private static final int MONITOR = 4;

    private EffectRecords() {}

    /** Whether the first byte of a record says that it is an effect's. */
    public static boolean isOne(byte[] record) {
        return record.length > 0 && record[0] >= SEND && record[0] <= MONITOR;
    }

    public static byte[] write(Outstanding effect) {
        Out out = new Out(effect.bytes());
        if (effect instanceof Send send) {
            id(out.u8(SEND), send.id()).block(utf8(send.to())).block(send.message());
        } else if (effect instanceof Timer timer) {
            id(out.u8(TIMER), timer.id())
                    .block(utf8(timer.name()))
                    .i64(timer.time())
                    .block(timer.command());
        } else if (effect instanceof Monitor monitor) {
            id(out.u8(MONITOR), monitor.id())
                    .block(utf8(monitor.process()))
                    .block(monitor.stopped())
                    .block(monitor.lost());
        }
        return out.toBytes();
    }

    private static Out id(Out out, Effects.Id id) {
        return out.i64(id.epoch()).i64(id.index()).i32(id.ordinal());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads {@link #write}.
     *
     * @param group whose snapshot it is
     * @throws Malformed when it is not that
     */
    public static Outstanding read(String group, byte[] record) {
        In in = new In(record);
        int kind = in.u8();
        Effects.Id id = new Effects.Id(group, in.i64(), in.i64(), in.i32());
        Outstanding effect = switch (kind) {
            case SEND -> new Send(id, text(in), in.block());
            case TIMER -> new Timer(id, text(in), in.i64(), in.block());
            case MONITOR -> new Monitor(id, text(in), in.block(), in.block());
            default -> throw new Malformed("a record of unknown kind " + kind);
        };
        in.end();
        return effect;
    }

    private static String text(In in) {
        return new String(in.block(), StandardCharsets.UTF_8);
    }
}
