package io.capstan.raft.lock.internal;

import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.core.LockImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lock table in a snapshot: version (u8: 1), then sessions and locks, each a number (i32) and that many blocks (i32
 * length, the fields in the order of the record), a session's active requests in their order.
 */
record LockSnapshot(LockImage image) implements StateMachine.View {
    private static final int VERSION = 1;
    private static final int BLOCK_BYTES_MAX = 256 * 1024 * 1024;

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(new Out(8).u8(VERSION).i32(image.sessions().size()).toBytes());
        for (LockImage.Session session : image.sessions()) {
            out.write(new Out(256).block(bytes(session)).toBytes());
        }
        out.write(new Out(4).i32(image.locks().size()).toBytes());
        for (LockImage.Lock lock : image.locks()) {
            out.write(new Out(256).block(bytes(lock)).toBytes());
        }
    }

    private static byte[] bytes(LockImage.Session session) {
        Out out = new Out(128)
                .i64(session.id())
                .text(session.owner())
                .i64(session.ttlMillis())
                .i64(session.renewal())
                .i64(session.renewedAt())
                .i64(session.settled())
                .i32(session.active().size());
        new TreeMap<>(session.active())
                .forEach((request, name) -> out.i64(request).text(name));
        out.i32(session.over().size());
        session.over().forEach(out::i64);
        return out.toBytes();
    }

    private static byte[] bytes(LockImage.Lock lock) {
        Out out = new Out(128)
                .text(lock.name())
                .i64(lock.session())
                .i64(lock.request())
                .i64(lock.token().epoch())
                .i64(lock.token().index())
                .i32(lock.token().ordinal())
                .i64(lock.since())
                .i32(lock.queue().size());
        lock.queue().forEach(waiter -> out.i64(waiter.session()).i64(waiter.request()));
        return out.toBytes();
    }

    static LockImage read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int version = data.readUnsignedByte();
        if (version != VERSION) {
            throw new Malformed("locks of version " + version + "; this Capstan knows version " + VERSION);
        }
        List<LockImage.Session> sessions = new ArrayList<>();
        for (int count = data.readInt(); count > 0; count--) {
            sessions.add(session(new In(block(data))));
        }
        List<LockImage.Lock> locks = new ArrayList<>();
        for (int count = data.readInt(); count > 0; count--) {
            locks.add(lock(new In(block(data))));
        }
        return new LockImage(sessions, locks);
    }

    private static byte[] block(DataInputStream data) throws IOException {
        int length = data.readInt();
        if (length < 0 || length > BLOCK_BYTES_MAX) {
            throw new Malformed("locks with a block of " + length + " bytes");
        }
        return data.readNBytes(length);
    }

    private static LockImage.Session session(In in) {
        long id = in.i64();
        String owner = in.text();
        long ttlMillis = in.i64();
        long renewal = in.i64();
        long renewedAt = in.i64();
        long settled = in.i64();
        Map<Long, String> active = new TreeMap<>();
        for (int count = in.count(9); count > 0; count--) {
            active.put(in.i64(), in.text());
        }
        List<Long> over = new ArrayList<>();
        for (int count = in.count(8); count > 0; count--) {
            over.add(in.i64());
        }
        in.end();
        return new LockImage.Session(id, owner, ttlMillis, renewal, renewedAt, settled, active, over);
    }

    private static LockImage.Lock lock(In in) {
        String name = in.text();
        long session = in.i64();
        long request = in.i64();
        FencingToken token = new FencingToken(in.i64(), in.i64(), in.i32());
        long since = in.i64();
        List<LockImage.Waiter> queue = new ArrayList<>();
        for (int count = in.count(16); count > 0; count--) {
            queue.add(new LockImage.Waiter(in.i64(), in.i64()));
        }
        in.end();
        return new LockImage.Lock(name, session, request, token, since, queue);
    }
}
