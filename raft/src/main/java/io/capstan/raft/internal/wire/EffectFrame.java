package io.capstan.raft.internal.wire;

import io.capstan.actors.internal.link.Channel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a leader and the nodes on which its group's effects take place tell each other. Closed; the codes are on the wire and
 * never used again.
 *
 * <pre>
 *   u8   version: 1
 *   u8   kind
 *   text group name
 *   i64  epoch, i64 index, i32 ordinal: which effect
 *   ...  the fields in the order of the record
 * </pre>
 */
public sealed interface EffectFrame {
    /** Its code is on the wire. */
    Channel CHANNEL = new Channel(35, "raft-effects", Channel.Priority.NORMAL);

    int VERSION = 1;

    String group();

    EffectKey id();

    /** From the leader. A node on which the process does not live says nothing. */
    sealed interface Order extends EffectFrame {}

    /** To the leader. */
    sealed interface Answer extends EffectFrame {}

    /**
     * Give this to a process.
     *
     * @param after the one to the same process before it, if the log has not acknowledged that; null for none
     * @param settled everything before it is acknowledged in the log
     * @param to as Pekko writes a reference
     */
    record Deliver(String group, EffectKey id, @Nullable EffectKey after, EffectKey settled, String to, byte[] message)
            implements Order {}

    /** Say when this process has stopped; said again now and then, from whoever leads. */
    record Watch(String group, EffectKey id, String process) implements Order {}

    /** Nobody wants to know any more. */
    record Unwatch(String group, EffectKey id) implements Order {}

    /** It is in the process's mailbox, or was given up. */
    record Arrived(String group, EffectKey id) implements Answer {}

    /** The process is known here and watched. */
    record Watching(String group, EffectKey id) implements Answer {}

    /** The process has stopped, or was not there any more. */
    record Stopped(String group, EffectKey id) implements Answer {}

    /** Its bytes on the wire. */
    default byte[] toBytes() {
        if (this instanceof Deliver m) {
            Out out = begin(1).flag(m.after() != null);
            if (m.after() != null) {
                m.after().write(out);
            }
            return m.settled().write(out).block(utf8(m.to())).raw(m.message()).toBytes();
        }
        if (this instanceof Watch m) {
            return begin(2).block(utf8(m.process())).toBytes();
        }
        if (this instanceof Unwatch) {
            return begin(3).toBytes();
        }
        if (this instanceof Arrived) {
            return begin(64).toBytes();
        }
        if (this instanceof Watching) {
            return begin(65).toBytes();
        }
        if (this instanceof Stopped) {
            return begin(66).toBytes();
        }
        throw new IllegalStateException("an effect frame without a code: " + getClass());
    }

    private Out begin(int kind) {
        return id().write(new Out(128).u8(VERSION).u8(kind).text(group()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws Malformed when it is not that
     */
    static EffectFrame of(byte[] bytes) {
        In in = new In(bytes);
        in.version("a raft effect frame", VERSION);
        int kind = in.u8();
        String group = in.text();
        EffectKey id = EffectKey.read(in);
        EffectFrame frame = switch (kind) {
            case 1 ->
                new Deliver(group, id, in.flag() ? EffectKey.read(in) : null, EffectKey.read(in), text(in), in.rest());
            case 2 -> new Watch(group, id, text(in));
            case 3 -> new Unwatch(group, id);
            case 64 -> new Arrived(group, id);
            case 65 -> new Watching(group, id);
            case 66 -> new Stopped(group, id);
            default -> throw new Malformed("a raft effect frame of unknown kind " + kind);
        };
        in.end();
        return frame;
    }

    private static String text(In in) {
        return new String(in.block(), StandardCharsets.UTF_8);
    }
}
