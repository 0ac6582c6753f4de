package io.capstan.raft.internal.wire;

import io.capstan.actors.internal.link.Channel;
import io.capstan.raft.core.MemberId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client and a member tell each other. Closed; the codes are on the wire and never used again.
 *
 * <pre>
 *   u8   version: 1
 *   u8   kind
 *   i64  correlation, the client's own
 *   ...  the fields in the order of the record
 * </pre>
 */
public sealed interface ClientFrame {
    /** Its code is on the wire. */
    Channel CHANNEL = new Channel(33, "raft-client", Channel.Priority.NORMAL);

    int VERSION = 1;

    long correlation();

    /** What a client asks of a member. */
    sealed interface Request extends ClientFrame {
        String group();
    }

    /** What a member answers. */
    sealed interface Reply extends ClientFrame {}

    /**
     * Log this command.
     *
     * @param repeatable the client may send it again, so it wants to know early when the outcome becomes unknown
     */
    record Write(long correlation, String group, boolean repeatable, byte[] command) implements Request {}

    /**
     * Answer this query.
     *
     * @param mode 0 linearizable, 1 by the leader's lease, 2 from whatever this member has applied
     * @param minIndex for mode 2: not before this index is applied
     */
    record Read(long correlation, String group, int mode, long minIndex, byte[] query) implements Request {}

    /** Who are you in this group? Answered by {@link Member}. */
    record Probe(long correlation, String group) implements Request {}

    /** Make the group, with these members; for a blank member only. */
    record Bootstrap(long correlation, String group, List<MemberId> voters) implements Request {}

    /** Done; what the state machine answered. */
    record Answer(long correlation, long index, byte[] reply) implements Reply {}

    /** Not done, or not known to be; see {@link Why}. */
    record Refused(long correlation, Why why, String leader, int voters, int reached, String text) implements Reply {}

    /**
     * Who the member is.
     *
     * @param id null while it is in no group
     * @param voters names; empty while it is in no group
     */
    record Member(
            long correlation, long incarnation, @Nullable GroupId id, List<String> voters) implements Reply {}

    /** Why a member refused. The codes are on the wire. */
    enum Why {
        /** Nothing was done; {@code leader} may know better. */
        NOT_LEADER(1),
        /** Nothing was done; this node has no member of the group. */
        NO_PEER(2),
        /** Nothing was done; too much is waiting. */
        OVERLOADED(3),
        /** It may be done or not: the member ceased to lead, or stopped, before it knew. */
        UNKNOWN(4),
        /** Nothing was done, nor would be the next time. */
        INVALID(5),
        /** It was logged, and the state machine threw; on every member alike. */
        MACHINE(6);

        private final int code;

        Why(int code) {
            this.code = code;
        }

        static Why of(int code) {
            for (Why why : values()) {
                if (why.code == code) {
                    return why;
                }
            }
            throw new Malformed("a refusal of unknown kind " + code);
        }

        int code() {
            return code;
        }
    }

    /** Its bytes on the wire. */
    default byte[] toBytes() {
        Out out = new Out(64).u8(VERSION);
        if (this instanceof Write m) {
            out.u8(1).i64(m.correlation()).text(m.group()).flag(m.repeatable()).raw(m.command());
        } else if (this instanceof Read m) {
            out.u8(2)
                    .i64(m.correlation())
                    .text(m.group())
                    .u8(m.mode())
                    .i64(m.minIndex())
                    .raw(m.query());
        } else if (this instanceof Probe m) {
            out.u8(3).i64(m.correlation()).text(m.group());
        } else if (this instanceof Bootstrap m) {
            out.u8(4).i64(m.correlation()).text(m.group()).i32(m.voters().size());
            m.voters().forEach(id -> out.text(id.name()).i64(id.incarnation()));
        } else if (this instanceof Answer m) {
            out.u8(64).i64(m.correlation()).i64(m.index()).raw(m.reply());
        } else if (this instanceof Refused m) {
            out.u8(65).i64(m.correlation()).u8(m.why().code()).text(m.leader());
            out.u8(m.voters()).u8(m.reached()).text(m.text());
        } else if (this instanceof Member m) {
            out.u8(66).i64(m.correlation()).i64(m.incarnation()).flag(m.id() != null);
            if (m.id() != null) {
                out.i64(m.id().epoch()).i64(m.id().random());
            }
            out.i32(m.voters().size());
            m.voters().forEach(out::text);
        } else {
            throw new IllegalStateException("a client frame without a code: " + getClass());
        }
        return out.toBytes();
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws Malformed when it is not that
     */
    static ClientFrame of(byte[] bytes) {
        In in = new In(bytes);
        in.version("a raft client frame", VERSION);
        int kind = in.u8();
        long correlation = in.i64();
        try {
            ClientFrame frame = switch (kind) {
                case 1 -> new Write(correlation, in.text(), in.flag(), in.rest());
                case 2 -> new Read(correlation, in.text(), mode(in.u8()), in.i64(), in.rest());
                case 3 -> new Probe(correlation, in.text());
                case 4 -> new Bootstrap(correlation, in.text(), members(in));
                case 64 -> new Answer(correlation, in.i64(), in.rest());
                case 65 -> new Refused(correlation, Why.of(in.u8()), in.text(), in.u8(), in.u8(), in.text());
                case 66 -> new Member(correlation, in.i64(), groupId(in), names(in));
                default -> throw new Malformed("a raft client frame of unknown kind " + kind);
            };
            in.end();
            return frame;
        } catch (IllegalArgumentException notAValue) {
            throw new Malformed(String.valueOf(notAValue.getMessage()));
        }
    }

    private static int mode(int code) {
        if (code > 2) {
            throw new Malformed("a read of unknown mode " + code);
        }
        return code;
    }

    private static @Nullable GroupId groupId(In in) {
        return in.flag() ? new GroupId(in.i64(), in.i64()) : null;
    }

    private static List<MemberId> members(In in) {
        int count = in.count(10);
        List<MemberId> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new MemberId(in.text(), in.i64()));
        }
        return members;
    }

    private static List<String> names(In in) {
        int count = in.count(1);
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.text());
        }
        return names;
    }
}
