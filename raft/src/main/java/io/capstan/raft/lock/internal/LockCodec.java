package io.capstan.raft.lock.internal;

import io.capstan.raft.Codec;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands, queries and replies of locks: version (u8: 1), kind (u8), the fields in the order of the record. Commands
 * are in the log for ever; the kinds' codes are never used again.
 */
public final class LockCodec implements Codec {
    private static final int VERSION = 1;
    private static final int SESSION_BYTES = 8;
    // Two empty texts, a token, a time, a number of waiters.
    private static final int STATUS_BYTES_MIN = 2 + 20 + 8 + 4;

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
            sessions(out.u8(2), m.sessions());
        } else if (value instanceof LockCommand.Close m) {
            out.u8(3).i64(m.session());
        } else if (value instanceof LockCommand.Acquire m) {
            out.u8(4)
                    .i64(m.session())
                    .i64(m.request())
                    .i64(m.settled())
                    .text(m.name())
                    .flag(m.queue());
        } else if (value instanceof LockCommand.Release m) {
            out.u8(5).i64(m.session()).i64(m.request()).text(m.name());
        } else if (value instanceof LockCommand.Expire m) {
            out.u8(6).i64(m.session()).i64(m.renewal());
        } else {
            throw new IllegalStateException("a command without a code: " + value.getClass());
        }
    }

    private static void write(LockQuery value, Out out) {
        if (value instanceof LockQuery.Poll m) {
            out.u8(32).i64(m.session()).i64(m.request()).text(m.name());
        } else if (value instanceof LockQuery.Overview m) {
            out.u8(33).text(m.after()).i32(m.max());
        } else {
            throw new IllegalStateException("a query without a code: " + value.getClass());
        }
    }

    private static void write(LockReply value, Out out) {
        if (value instanceof LockReply.Opened m) {
            out.u8(64).i64(m.session());
        } else if (value instanceof LockReply.Renewed m) {
            sessions(out.u8(65), m.gone());
        } else if (value instanceof LockReply.Done) {
            out.u8(66);
        } else if (value instanceof LockReply.Granted m) {
            token(out.u8(67), m.token());
        } else if (value instanceof LockReply.Waiting m) {
            out.u8(68).text(m.holder());
        } else if (value instanceof LockReply.Held m) {
            out.u8(69).text(m.holder());
        } else if (value instanceof LockReply.Over) {
            out.u8(70);
        } else if (value instanceof LockReply.NoSession) {
            out.u8(71);
        } else if (value instanceof LockReply.Full m) {
            out.u8(72).text(m.limit());
        } else if (value instanceof LockReply.Page m) {
            out.u8(73).i32(m.locks().size());
            m.locks().forEach(lock -> status(out, lock));
        } else {
            throw new IllegalStateException("a reply without a code: " + value.getClass());
        }
    }

    private static void sessions(Out out, List<Long> sessions) {
        out.i32(sessions.size());
        sessions.forEach(out::i64);
    }

    private static void token(Out out, FencingToken token) {
        out.i64(token.epoch()).i64(token.index()).i32(token.ordinal());
    }

    private static void status(Out out, LockStatus lock) {
        token(out.text(lock.name()).text(lock.holder()), lock.token());
        out.i64(lock.since()).i32(lock.waiters().size());
        lock.waiters().forEach(out::text);
    }

    @Override
    public Object decode(byte[] bytes) {
        In in = new In(bytes);
        in.version("a lock message", VERSION);
        int kind = in.u8();
        Object value = switch (kind) {
            case 1 -> new LockCommand.Open(in.text(), in.i64());
            case 2 -> new LockCommand.KeepAlive(sessions(in));
            case 3 -> new LockCommand.Close(in.i64());
            case 4 -> new LockCommand.Acquire(in.i64(), in.i64(), in.i64(), in.text(), in.flag());
            case 5 -> new LockCommand.Release(in.i64(), in.i64(), in.text());
            case 6 -> new LockCommand.Expire(in.i64(), in.i64());
            case 32 -> new LockQuery.Poll(in.i64(), in.i64(), in.text());
            case 33 -> new LockQuery.Overview(in.text(), in.i32());
            case 64 -> new LockReply.Opened(in.i64());
            case 65 -> new LockReply.Renewed(sessions(in));
            case 66 -> new LockReply.Done();
            case 67 -> new LockReply.Granted(token(in));
            case 68 -> new LockReply.Waiting(in.text());
            case 69 -> new LockReply.Held(in.text());
            case 70 -> new LockReply.Over();
            case 71 -> new LockReply.NoSession();
            case 72 -> new LockReply.Full(in.text());
            case 73 -> new LockReply.Page(page(in));
            default -> throw new Malformed("a lock message of unknown kind " + kind);
        };
        in.end();
        return value;
    }

    private static List<Long> sessions(In in) {
        int count = in.count(SESSION_BYTES);
        List<Long> sessions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sessions.add(in.i64());
        }
        return sessions;
    }

    private static FencingToken token(In in) {
        return new FencingToken(in.i64(), in.i64(), in.i32());
    }

    private static List<LockStatus> page(In in) {
        int count = in.count(STATUS_BYTES_MIN);
        List<LockStatus> locks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = in.text();
            String holder = in.text();
            FencingToken token = token(in);
            long since = in.i64();
            int waiting = in.count(1);
            List<String> waiters = new ArrayList<>(waiting);
            for (int j = 0; j < waiting; j++) {
                waiters.add(in.text());
            }
            locks.add(new LockStatus(name, holder, token, since, waiters));
        }
        return locks;
    }
}
