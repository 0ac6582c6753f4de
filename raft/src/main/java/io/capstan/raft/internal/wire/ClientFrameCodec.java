package io.capstan.raft.internal.wire;

import io.capstan.raft.core.MemberId;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Bootstrap;
import io.capstan.raft.internal.wire.ClientFrame.Change;
import io.capstan.raft.internal.wire.ClientFrame.Describe;
import io.capstan.raft.internal.wire.ClientFrame.Described;
import io.capstan.raft.internal.wire.ClientFrame.Description;
import io.capstan.raft.internal.wire.ClientFrame.Member;
import io.capstan.raft.internal.wire.ClientFrame.Probe;
import io.capstan.raft.internal.wire.ClientFrame.Read;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import io.capstan.raft.internal.wire.ClientFrame.Step;
import io.capstan.raft.internal.wire.ClientFrame.TakeSnapshot;
import io.capstan.raft.internal.wire.ClientFrame.Transfer;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.ClientFrame.Write;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The binary form of {@link ClientFrame}. The kinds' codes are on the wire: none is ever used again. */
final class ClientFrameCodec {
    // Id's name and incarnation, two flags, two numbers.
    private static final int DESCRIBED_BYTES_MIN = 1 + 8 + 1 + 8 + 8 + 1;
    private static final int MEMBER_BYTES_MIN = 1 + 8;
    // Version, kind, correlation, and a byte for the length of the group's name.
    private static final int REQUEST_BYTES = 1 + 1 + 8 + 1;
    // Mode, index, time.
    private static final int READ_BYTES = 1 + 8 + 4;
    // Version, kind, correlation, index.
    private static final int ANSWER_BYTES = 1 + 1 + 8 + 8;
    private static final int OTHERS_BYTES = 64;
    // No clock shows as much, and one more is a number still.
    private static final long EPOCH_MAX = 1L << 62;

    private ClientFrameCodec() {}

    static byte[] write(ClientFrame frame) {
        Out out = new Out(bytes(frame)).u8(ClientFrame.VERSION);
        if (frame instanceof Request request) {
            request(request, out);
        } else {
            reply((Reply) frame, out);
        }
        return out.toBytes();
    }

    /** Exactly, of the frames of which there are many, as far as names are of ASCII. */
    private static int bytes(ClientFrame frame) {
        if (frame instanceof Write m) {
            return REQUEST_BYTES + m.group().length() + m.command().length;
        }
        if (frame instanceof Read m) {
            return REQUEST_BYTES + m.group().length() + READ_BYTES + m.query().length;
        }
        return frame instanceof Answer m ? ANSWER_BYTES + m.reply().length : OTHERS_BYTES;
    }

    private static Out begin(Out out, int kind, Request request) {
        return out.u8(kind).i64(request.correlation()).text(request.group());
    }

    private static void request(Request request, Out out) {
        if (request instanceof Write m) {
            begin(out, 1, m).raw(m.command());
        } else if (request instanceof Read m) {
            begin(out, 2, m)
                    .u8(m.mode())
                    .i64(m.minIndex())
                    .i32(m.withinMillis())
                    .raw(m.query());
        } else if (request instanceof Probe m) {
            begin(out, 3, m);
        } else if (request instanceof Bootstrap m) {
            begin(out, 4, m).i32(m.voters().size());
            m.voters().forEach(id -> member(out, id));
            epoch(out, m.above());
        } else if (request instanceof Change m) {
            begin(out, 5, m).u8(m.step().code());
            member(out, m.member()).i64(m.expected());
        } else if (request instanceof Transfer m) {
            member(begin(out, 6, m), m.target());
        } else if (request instanceof TakeSnapshot m) {
            begin(out, 7, m);
        } else if (request instanceof Describe m) {
            begin(out, 8, m);
        } else {
            throw new IllegalStateException("a request without a code: " + request.getClass());
        }
    }

    private static void reply(Reply reply, Out out) {
        if (reply instanceof Answer m) {
            out.u8(64).i64(m.correlation()).i64(m.index()).raw(m.reply());
        } else if (reply instanceof Refused m) {
            out.u8(65).i64(m.correlation()).u8(m.why().code()).text(m.leader());
            out.u8(m.voters()).u8(m.reached()).text(m.text());
        } else if (reply instanceof Member m) {
            out.u8(66).i64(m.correlation()).i64(m.incarnation()).flag(m.id() != null);
            if (m.id() != null) {
                group(out, m.id());
            }
            out.i32(m.voters().size());
            m.voters().forEach(out::text);
            epoch(out, m.formerEpoch());
        } else if (reply instanceof Description m) {
            group(out.u8(67).i64(m.correlation()), m.id());
            member(out, m.leader()).i64(m.term()).i64(m.commit()).i64(m.configuration());
            out.i32(m.members().size());
            m.members().forEach(described -> described(out, described));
        } else {
            throw new IllegalStateException("a reply without a code: " + reply.getClass());
        }
    }

    private static Out member(Out out, MemberId id) {
        return out.text(id.name()).i64(id.incarnation());
    }

    private static Out group(Out out, GroupId id) {
        return out.i64(id.epoch()).i64(id.random());
    }

    /** At the end, and only where there is one: whoever knows nothing of it reads all frames but those of a forgotten member. */
    private static void epoch(Out out, long epoch) {
        if (epoch > 0) {
            out.i64(epoch);
        }
    }

    private static long epoch(In in) {
        long epoch = in.isEnd() ? 0 : in.i64();
        if (epoch < 0 || epoch > EPOCH_MAX) {
            throw new Malformed("a recovery epoch of " + epoch);
        }
        return epoch;
    }

    private static void described(Out out, Described m) {
        member(out, m.id()).flag(m.votes()).i64(m.match()).i64(m.silentMillis()).flag(m.caughtUp());
    }

    static ClientFrame read(byte[] bytes) {
        In in = new In(bytes);
        in.version("a raft client frame", ClientFrame.VERSION);
        int kind = in.u8();
        long correlation = in.i64();
        try {
            ClientFrame frame = kind < 64 ? request(kind, correlation, in) : reply(kind, correlation, in);
            in.end();
            return frame;
        } catch (IllegalArgumentException notAValue) {
            throw new Malformed(String.valueOf(notAValue.getMessage()));
        }
    }

    private static Request request(int kind, long correlation, In in) {
        String group = in.text();
        return switch (kind) {
            case 1 -> new Write(correlation, group, in.rest());
            case 2 -> new Read(correlation, group, mode(in.u8()), in.i64(), in.i32(), in.rest());
            case 3 -> new Probe(correlation, group);
            case 4 -> new Bootstrap(correlation, group, members(in), epoch(in));
            case 5 -> new Change(correlation, group, Step.of(in.u8()), member(in), in.i64());
            case 6 -> new Transfer(correlation, group, member(in));
            case 7 -> new TakeSnapshot(correlation, group);
            case 8 -> new Describe(correlation, group);
            default -> throw unknown(kind);
        };
    }

    private static Reply reply(int kind, long correlation, In in) {
        return switch (kind) {
            case 64 -> new Answer(correlation, in.i64(), in.rest());
            case 65 -> new Refused(correlation, Why.of(in.u8()), in.text(), in.u8(), in.u8(), in.text());
            case 66 -> new Member(correlation, in.i64(), groupOrNone(in), names(in), epoch(in));
            case 67 -> new Description(correlation, group(in), member(in), in.i64(), in.i64(), in.i64(), described(in));
            default -> throw unknown(kind);
        };
    }

    private static Malformed unknown(int kind) {
        return new Malformed("a raft client frame of unknown kind " + kind);
    }

    private static int mode(int code) {
        if (code > 2) {
            throw new Malformed("a read of unknown mode " + code);
        }
        return code;
    }

    private static MemberId member(In in) {
        return new MemberId(in.text(), in.i64());
    }

    private static GroupId group(In in) {
        return new GroupId(in.i64(), in.i64());
    }

    private static @Nullable GroupId groupOrNone(In in) {
        return in.flag() ? group(in) : null;
    }

    private static List<MemberId> members(In in) {
        int count = in.count(MEMBER_BYTES_MIN);
        List<MemberId> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(member(in));
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

    private static List<Described> described(In in) {
        int count = in.count(DESCRIBED_BYTES_MIN);
        List<Described> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new Described(member(in), in.flag(), in.i64(), in.i64(), in.flag()));
        }
        return members;
    }
}
