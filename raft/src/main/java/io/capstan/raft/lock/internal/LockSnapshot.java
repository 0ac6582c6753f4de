package io.capstan.raft.lock.internal;

import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.lock.core.Outcome;
import io.capstan.raft.lock.core.TableImage;
import io.capstan.raft.lock.core.TableImage.BarrierImage;
import io.capstan.raft.lock.core.TableImage.HoldImage;
import io.capstan.raft.lock.core.TableImage.LatchImage;
import io.capstan.raft.lock.core.TableImage.RequestImage;
import io.capstan.raft.lock.core.TableImage.SessionImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The lock table in a snapshot: version (u8: 2), epoch and arrivals (i64 each), then sessions, holds, latches and barriers,
 * each a number (i32) and that many blocks (i32 length, the fields in the order of the record; lists and maps in them are a
 * count, i32, and their elements).
 */
record LockSnapshot(TableImage image) implements StateMachine.View {
    // Version 1 was of a table that knew exclusive locks only.
    private static final int VERSION = 2;
    private static final int BLOCK_BYTES_MAX = 256 * 1024 * 1024;
    private static final int OVER_BYTES = 8 + 1;
    private static final int REQUEST_BYTES_MIN = 8 + 4 + 2 + 8 + 1 + 8 + 1 + 1 + 1 + 4;

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(
                new Out(17).u8(VERSION).i64(image.epoch()).i64(image.arrivals()).toBytes());
        write(out, image.sessions(), LockSnapshot::session);
        write(out, image.holds(), LockSnapshot::hold);
        write(
                out,
                image.latches(),
                (bytes, latch) -> bytes.text(latch.name()).i64(latch.maker()).i64(latch.count()));
        write(
                out,
                image.barriers(),
                (bytes, barrier) -> bytes.text(barrier.name()).i32(barrier.parties()));
    }

    private static <T> void write(OutputStream out, List<T> all, BiConsumer<Out, T> fields) throws IOException {
        out.write(new Out(4).i32(all.size()).toBytes());
        for (T each : all) {
            Out bytes = new Out(128);
            fields.accept(bytes, each);
            out.write(new Out(128).block(bytes.toBytes()).toBytes());
        }
    }

    private static void session(Out out, SessionImage session) {
        out.i64(session.id()).text(session.owner()).i64(session.ttlMillis());
        out.i64(session.renewal()).i64(session.renewedAt()).i64(session.settled());
        out.i32(session.over().size());
        session.over().forEach((request, outcome) -> out.i64(request).u8(outcome.code()));
        LockCodec.longs(out, session.revoked());
        out.i32(session.requests().size());
        session.requests().forEach(request -> request(out, request));
    }

    private static void request(Out out, RequestImage request) {
        LockCodec.claims(out.i64(request.number()), request.claims())
                .text(request.party())
                .text(request.note())
                .i64(request.arrival())
                .u8(request.stage())
                .i64(request.deadline())
                .flag(request.signalled())
                .text(request.place())
                .flag(request.token() != null);
        if (request.token() != null) {
            LockCodec.token(out, request.token());
        }
        LockCodec.longs(out, request.suspended());
    }

    private static void hold(Out out, HoldImage hold) {
        out.text(hold.name()).i32(hold.capacity()).i64(hold.session()).text(hold.party());
        LockCodec.token(out.i32(hold.units()), hold.token()).i64(hold.since());
        LockCodec.longs(out, hold.requests());
    }

    static TableImage read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int version = data.readUnsignedByte();
        if (version != VERSION) {
            throw new Malformed("locks of version " + version + "; this Capstan knows version " + VERSION);
        }
        return new TableImage(
                data.readLong(),
                data.readLong(),
                read(data, LockSnapshot::session),
                read(data, LockSnapshot::hold),
                read(data, each -> new LatchImage(each.text(), each.i64(), each.i64())),
                read(data, each -> new BarrierImage(each.text(), each.i32())));
    }

    private static <T> List<T> read(DataInputStream data, Function<In, T> fields) throws IOException {
        List<T> all = new ArrayList<>();
        for (int count = data.readInt(); count > 0; count--) {
            In block = new In(block(data));
            all.add(fields.apply(block));
            block.end();
        }
        return all;
    }

    private static byte[] block(DataInputStream data) throws IOException {
        int length = data.readInt();
        if (length < 0 || length > BLOCK_BYTES_MAX) {
            throw new Malformed("locks with a block of " + length + " bytes");
        }
        return data.readNBytes(length);
    }

    private static SessionImage session(In in) {
        return new SessionImage(
                in.i64(),
                in.text(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64(),
                over(in),
                LockCodec.longs(in),
                LockCodec.list(in, REQUEST_BYTES_MIN, LockSnapshot::request));
    }

    private static Map<Long, Outcome> over(In in) {
        Map<Long, Outcome> over = new TreeMap<>();
        for (int count = in.count(OVER_BYTES); count > 0; count--) {
            over.put(in.i64(), LockCodec.outcome(in));
        }
        return over;
    }

    private static RequestImage request(In in) {
        return new RequestImage(
                in.i64(),
                LockCodec.claims(in),
                in.text(),
                in.text(),
                in.i64(),
                in.u8(),
                in.i64(),
                in.flag(),
                in.text(),
                in.flag() ? LockCodec.token(in) : null,
                LockCodec.longs(in));
    }

    private static HoldImage hold(In in) {
        return new HoldImage(
                in.text(), in.i32(), in.i64(), in.text(), in.i32(), LockCodec.token(in), in.i64(), LockCodec.longs(in));
    }
}
