package io.capstan.raft.internal.session;

import io.capstan.raft.internal.session.SessionTable.Image;
import io.capstan.raft.internal.session.SessionTable.Reply;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as a record of a snapshot: kind (u8: 1), epoch, id, time to live, last use and settled (i64 each), a number
 * of replies (i32), and of each its sequence (i64), its index (i64), what it is (u8: 1 a reply, 2 one kept no longer, 3
 * what the state machine threw) and its bytes (block) or text.
 */
public final class SessionRecords {
    /** The first byte of its records. */
    public static final int KIND = 1;

    private static final int REPLY = 1;
    private static final int FORGOTTEN = 2;
    private static final int THREW = 3;
    private static final int REPLY_BYTES_MIN = 8 + 8 + 1;

    private SessionRecords() {}

    public static byte[] write(Image session) {
        Out out = new Out(256)
                .u8(KIND)
                .i64(session.epoch())
                .i64(session.id())
                .i64(session.ttlMillis())
                .i64(session.usedAt())
                .i64(session.settled())
                .i32(session.replies().size());
        for (int i = 0; i < session.replies().size(); i++) {
            Reply reply = session.replies().get(i);
            out.i64(session.sequences().get(i)).i64(reply.index());
            if (reply.threw() != null) {
                out.u8(THREW).text(reply.threw());
            } else if (reply.bytes() == null) {
                out.u8(FORGOTTEN);
            } else {
                out.u8(REPLY).block(reply.bytes());
            }
        }
        return out.toBytes();
    }

    /**
     * Reads {@link #write}.
     *
     * @throws Malformed when it is not that
     */
    public static Image read(byte[] record) {
        In in = new In(record);
        if (in.u8() != KIND) {
            throw new Malformed("a record of another kind than a session's");
        }
        long epoch = in.i64();
        long id = in.i64();
        long ttlMillis = in.i64();
        long usedAt = in.i64();
        long settled = in.i64();
        int count = in.count(REPLY_BYTES_MIN);
        List<Long> sequences = new ArrayList<>(count);
        List<Reply> replies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sequences.add(in.i64());
            replies.add(reply(in.i64(), in));
        }
        in.end();
        return new Image(epoch, id, ttlMillis, usedAt, settled, sequences, replies);
    }

    private static Reply reply(long index, In in) {
        int what = in.u8();
        byte @Nullable [] bytes = what == REPLY ? in.block() : null;
        @Nullable String threw = what == THREW ? in.text() : null;
        if (what < REPLY || what > THREW) {
            throw new Malformed("a reply of unknown kind " + what);
        }
        return new Reply(index, bytes, threw);
    }
}
