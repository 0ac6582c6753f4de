package io.capstan.raft.lock.internal;

import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.lock.core.Outcome;
import io.capstan.raft.lock.core.TableImage;
import io.capstan.raft.lock.core.TableImage.BarrierImage;
import io.capstan.raft.lock.core.TableImage.HoldImage;
import io.capstan.raft.lock.core.TableImage.LatchImage;
import io.capstan.raft.lock.core.TableImage.RequestImage;
import io.capstan.raft.lock.core.TableImage.SessionImage;
import java.util.Map;
import java.util.TreeMap;

/**
 * A snapshot of the locks: version (u8: 1), then the fields of {@link TableImage} in order; lists and maps are a count
 * (i32) and their elements.
 */
public final class ImageCodec {
    private static final int VERSION = 1;
    private static final int SESSION_BYTES_MIN = 8 + 1 + 4 * 8 + 4 + 4;
    private static final int OVER_BYTES = 8 + 1;
    private static final int REQUEST_BYTES_MIN = 8 + 4 + 2 + 8 + 1 + 8 + 1 + 1 + 1 + 4;
    private static final int HOLD_BYTES_MIN = 1 + 4 + 8 + 1 + 4 + 20 + 8 + 4;
    private static final int LATCH_BYTES_MIN = 1 + 8 + 8;
    private static final int BARRIER_BYTES_MIN = 1 + 4;

    private ImageCodec() {}

    public static byte[] encode(TableImage image) {
        Out out = new Out(1024).u8(VERSION).i64(image.epoch()).i64(image.arrivals());
        out.i32(image.sessions().size());
        image.sessions().forEach(session -> write(out, session));
        out.i32(image.holds().size());
        image.holds().forEach(hold -> write(out, hold));
        out.i32(image.latches().size());
        image.latches()
                .forEach(latch -> out.text(latch.name()).i64(latch.maker()).i64(latch.count()));
        out.i32(image.barriers().size());
        image.barriers().forEach(barrier -> out.text(barrier.name()).i32(barrier.parties()));
        return out.toBytes();
    }

    private static void write(Out out, SessionImage session) {
        out.i64(session.id()).text(session.owner()).i64(session.ttlMillis());
        out.i64(session.renewal()).i64(session.renewedAt()).i64(session.settled());
        out.i32(session.over().size());
        session.over().forEach((request, outcome) -> out.i64(request).u8(outcome.code()));
        out.i32(session.requests().size());
        session.requests().forEach(request -> write(out, request));
    }

    private static void write(Out out, RequestImage request) {
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

    private static void write(Out out, HoldImage hold) {
        out.text(hold.name()).i32(hold.capacity()).i64(hold.session()).text(hold.party());
        LockCodec.token(out.i32(hold.units()), hold.token()).i64(hold.since());
        LockCodec.longs(out, hold.requests());
    }

    public static TableImage decode(byte[] bytes) {
        In in = new In(bytes);
        in.version("a snapshot of locks", VERSION);
        TableImage image = new TableImage(
                in.i64(),
                in.i64(),
                LockCodec.list(in, SESSION_BYTES_MIN, ImageCodec::session),
                LockCodec.list(in, HOLD_BYTES_MIN, ImageCodec::hold),
                LockCodec.list(in, LATCH_BYTES_MIN, each -> new LatchImage(each.text(), each.i64(), each.i64())),
                LockCodec.list(in, BARRIER_BYTES_MIN, each -> new BarrierImage(each.text(), each.i32())));
        in.end();
        return image;
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
                LockCodec.list(in, REQUEST_BYTES_MIN, ImageCodec::request));
    }

    private static Map<Long, Outcome> over(In in) {
        Map<Long, Outcome> over = new TreeMap<>();
        int count = in.count(OVER_BYTES);
        for (int i = 0; i < count; i++) {
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
