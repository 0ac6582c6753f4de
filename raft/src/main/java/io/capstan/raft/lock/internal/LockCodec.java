package io.capstan.raft.lock.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.raft.Codec;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.core.Claim;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Commands, queries and replies of locks: version (u8: 2), kind (u8), the fields in the order of the record. Commands
 * are in the log for ever; the kinds' codes are never used again.
 */
public final class LockCodec implements Codec {
    // Version 1 was of a table without waits in the log; no release wrote it.
    private static final int VERSION = 2;
    private static final int CLAIM_BYTES_MIN = 1 + 4 + 4;
    private static final int HOLDER_BYTES_MIN = 3 + 20 + 8 + 4;
    private static final int STATUS_BYTES_MIN = 1 + 4 + 4 + 4 + 8;

    @Override
    public byte[] encode(Object value) {
        Out out = new Out(64).u8(VERSION);
        if (value instanceof LockCommand command) {
            write(command, out);
        } else if (value instanceof LockQuery query) {
            write(query, out);
        } else if (value instanceof LockReply reply) {
            write(reply, out);
        } else {
            throw new IllegalArgumentException("nothing of the locks: " + value.getClass());
        }
        return out.toBytes();
    }

    private static void write(LockCommand value, Out out) {
        if (value instanceof LockCommand.Open m) {
            out.u8(1).text(m.owner()).i64(m.ttlMillis());
        } else if (value instanceof LockCommand.KeepAlive m) {
            longs(out.u8(2), m.sessions());
        } else if (value instanceof LockCommand.Close m) {
            out.u8(3).i64(m.session());
        } else if (value instanceof LockCommand.Acquire m) {
            numbered(out.u8(4), m);
            claims(out, m.claims());
            out.text(m.party()).text(m.note()).i64(m.waitMillis());
        } else if (value instanceof LockCommand.Release m) {
            out.u8(5).i64(m.session()).i64(m.request());
        } else if (value instanceof LockCommand.Expire m) {
            out.u8(6).i64(m.session()).i64(m.renewal());
        } else if (value instanceof LockCommand.EndWaits) {
            out.u8(7);
        } else if (value instanceof LockCommand.Force m) {
            token(out.u8(8).text(m.name()), m.token());
        } else if (value instanceof LockCommand.Proclaim m) {
            out.u8(9).i64(m.session()).i64(m.request()).text(m.note());
        } else if (value instanceof LockCommand.RunIfHeld m) {
            write(m.command(), token(out.u8(10).text(m.name()), m.token()));
        } else {
            writeOthers(value, out);
        }
    }

    private static void writeOthers(LockCommand value, Out out) {
        if (value instanceof LockCommand.Await m) {
            numbered(out.u8(11), m).i64(m.held()).text(m.condition()).i64(m.waitMillis());
        } else if (value instanceof LockCommand.Signal m) {
            numbered(out.u8(12), m).i64(m.held()).text(m.condition()).i32(m.count());
        } else if (value instanceof LockCommand.MakeLatch m) {
            numbered(out.u8(13), m).text(m.name()).i64(m.count());
        } else if (value instanceof LockCommand.CountDown m) {
            numbered(out.u8(14), m).text(m.name());
        } else if (value instanceof LockCommand.AwaitLatch m) {
            numbered(out.u8(15), m).text(m.name()).i64(m.waitMillis());
        } else if (value instanceof LockCommand.Arrive m) {
            numbered(out.u8(16), m).text(m.name()).i32(m.parties()).i64(m.waitMillis());
        } else {
            throw new IllegalStateException("a command without a code: " + value.getClass());
        }
    }

    private static Out numbered(Out out, LockCommand.Numbered m) {
        return out.i64(m.session()).i64(m.request()).i64(m.settled());
    }

    static Out claims(Out out, List<Claim> claims) {
        out.i32(claims.size());
        claims.forEach(claim -> out.text(claim.name()).i32(claim.units()).i32(claim.capacity()));
        return out;
    }

    private static void write(LockQuery value, Out out) {
        if (value instanceof LockQuery.Poll m) {
            out.u8(32).i64(m.session()).i64(m.request());
        } else if (value instanceof LockQuery.Overview m) {
            out.u8(33).text(m.after()).i32(m.max());
        } else if (value instanceof LockQuery.Look m) {
            out.u8(34).text(m.name());
        } else if (value instanceof LockQuery.LookAgain m) {
            holders(out.u8(35).text(m.name()), m.seen());
        } else {
            throw new IllegalStateException("a query without a code: " + value.getClass());
        }
    }

    private static void write(LockReply value, Out out) {
        if (value instanceof LockReply.Opened m) {
            out.u8(64).i64(m.session());
        } else if (value instanceof LockReply.Renewed m) {
            longs(out.u8(65), m.gone()).i32(m.revoked().size());
            m.revoked().forEach(revoked -> out.i64(revoked.session()).i64(revoked.request()));
        } else if (value instanceof LockReply.Done) {
            out.u8(66);
        } else if (value instanceof LockReply.Granted m) {
            token(out.u8(67), m.token()).flag(m.signalled());
        } else if (value instanceof LockReply.Waiting m) {
            out.u8(68).text(m.holder());
        } else if (value instanceof LockReply.Held m) {
            out.u8(69).text(m.holder());
        } else if (value instanceof LockReply.Over m) {
            out.u8(70).u8(m.outcome().code());
        } else if (value instanceof LockReply.NoSession) {
            out.u8(71);
        } else if (value instanceof LockReply.Full m) {
            out.u8(72).text(m.limit());
        } else if (value instanceof LockReply.Page m) {
            out.u8(73).i32(m.locks().size());
            m.locks().forEach(lock -> status(out, lock));
        } else if (value instanceof LockReply.NotHeld) {
            out.u8(74);
        } else if (value instanceof LockReply.Refused m) {
            // It may name a lock, whose name may fill a text alone.
            out.u8(75).block(m.why().getBytes(UTF_8));
        } else {
            throw new IllegalStateException("a reply without a code: " + value.getClass());
        }
    }

    static Out longs(Out out, List<Long> values) {
        out.i32(values.size());
        values.forEach(out::i64);
        return out;
    }

    static Out token(Out out, FencingToken token) {
        return out.i64(token.epoch()).i64(token.index()).i32(token.ordinal());
    }

    private static void status(Out out, LockStatus lock) {
        holders(out.text(lock.name()), lock.holders()).i32(lock.waiters().size());
        lock.waiters().forEach(out::text);
        out.i32(lock.waiting()).i64(lock.asOf());
    }

    private static Out holders(Out out, List<LockStatus.Holder> holders) {
        out.i32(holders.size());
        holders.forEach(
                holder -> token(out.text(holder.node()).text(holder.party()).text(holder.note()), holder.token())
                        .i64(holder.since())
                        .i32(holder.units()));
        return out;
    }

    @Override
    public Object decode(byte[] bytes) {
        In in = new In(bytes);
        in.version("a lock message", VERSION);
        int kind = in.u8();
        Object value = kind < 32 ? command(kind, in) : kind < 64 ? query(kind, in) : reply(kind, in);
        in.end();
        return value;
    }

    private static LockCommand command(int kind, In in) {
        return switch (kind) {
            case 1 -> new LockCommand.Open(in.text(), in.i64());
            case 2 -> new LockCommand.KeepAlive(longs(in));
            case 3 -> new LockCommand.Close(in.i64());
            case 4 -> new LockCommand.Acquire(in.i64(), in.i64(), in.i64(), claims(in), in.text(), in.text(), in.i64());
            case 5 -> new LockCommand.Release(in.i64(), in.i64());
            case 6 -> new LockCommand.Expire(in.i64(), in.i64());
            case 7 -> new LockCommand.EndWaits();
            case 8 -> new LockCommand.Force(in.text(), token(in));
            case 9 -> new LockCommand.Proclaim(in.i64(), in.i64(), in.text());
            case 10 -> new LockCommand.RunIfHeld(in.text(), token(in), inner(in));
            case 11 -> new LockCommand.Await(in.i64(), in.i64(), in.i64(), in.i64(), in.text(), in.i64());
            case 12 -> new LockCommand.Signal(in.i64(), in.i64(), in.i64(), in.i64(), in.text(), in.i32());
            case 13 -> new LockCommand.MakeLatch(in.i64(), in.i64(), in.i64(), in.text(), in.i64());
            case 14 -> new LockCommand.CountDown(in.i64(), in.i64(), in.i64(), in.text());
            case 15 -> new LockCommand.AwaitLatch(in.i64(), in.i64(), in.i64(), in.text(), in.i64());
            case 16 -> new LockCommand.Arrive(in.i64(), in.i64(), in.i64(), in.text(), in.i32(), in.i64());
            default -> throw unknown(kind);
        };
    }

    private static LockCommand inner(In in) {
        int kind = in.u8();
        if (kind == 10) {
            // Nested without end it would exhaust the stack of every member, at every replay.
            throw new Malformed("a conditional command within another");
        }
        return command(kind, in);
    }

    private static LockQuery query(int kind, In in) {
        return switch (kind) {
            case 32 -> new LockQuery.Poll(in.i64(), in.i64());
            case 33 -> new LockQuery.Overview(in.text(), in.i32());
            case 34 -> new LockQuery.Look(in.text());
            case 35 -> new LockQuery.LookAgain(in.text(), holders(in));
            default -> throw unknown(kind);
        };
    }

    private static LockReply reply(int kind, In in) {
        return switch (kind) {
            case 64 -> new LockReply.Opened(in.i64());
            case 65 ->
                new LockReply.Renewed(longs(in), list(in, 16, each -> new LockReply.Revoked(each.i64(), each.i64())));
            case 66 -> new LockReply.Done();
            case 67 -> new LockReply.Granted(token(in), in.flag());
            case 68 -> new LockReply.Waiting(in.text());
            case 69 -> new LockReply.Held(in.text());
            case 70 -> new LockReply.Over(outcome(in));
            case 71 -> new LockReply.NoSession();
            case 72 -> new LockReply.Full(in.text());
            case 73 -> new LockReply.Page(list(in, STATUS_BYTES_MIN, LockCodec::status));
            case 74 -> new LockReply.NotHeld();
            case 75 -> new LockReply.Refused(new String(in.block(), UTF_8));
            default -> throw unknown(kind);
        };
    }

    private static Malformed unknown(int kind) {
        return new Malformed("a lock message of unknown kind " + kind);
    }

    static <T> List<T> list(In in, int bytesEach, Function<In, T> element) {
        int count = in.count(bytesEach);
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.apply(in));
        }
        return list;
    }

    static List<Long> longs(In in) {
        return list(in, Long.BYTES, In::i64);
    }

    static List<Claim> claims(In in) {
        return list(in, CLAIM_BYTES_MIN, each -> new Claim(each.text(), each.i32(), each.i32()));
    }

    static Outcome outcome(In in) {
        int code = in.u8();
        return Outcome.of(code).orElseThrow(() -> new Malformed("an outcome of unknown code " + code));
    }

    static FencingToken token(In in) {
        return new FencingToken(in.i64(), in.i64(), in.i32());
    }

    private static LockStatus status(In in) {
        return new LockStatus(in.text(), holders(in), list(in, 1, In::text), in.i32(), in.i64());
    }

    private static List<LockStatus.Holder> holders(In in) {
        return list(
                in,
                HOLDER_BYTES_MIN,
                each -> new LockStatus.Holder(
                        each.text(), each.text(), each.text(), token(each), each.i64(), each.i32()));
    }
}
