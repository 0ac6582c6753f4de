package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * The content of a snapshot: what goes over the wire, and into the file of whoever receives it. Numbers are big-endian.
 *
 * <pre>
 *   u8   version: 1
 *   i64  epoch, i64 random: the group's id
 *   i64  index, i64 term, i64 log time of the last entry in it
 *   i32  version of the state machine that wrote it
 *   records of the shell: i32 length, bytes; a length of -1 ends them
 *   the state machine's own bytes
 *   u32  CRC32C of all before: end to end, from the view to the receiver's disk
 * </pre>
 */
public final class SnapshotContent {
    static final int VERSION = 1;
    static final int CHECKSUM_BYTES = 4;
    private static final int HEAD_BYTES = 1 + 5 * 8 + 4;
    private static final int RECORD_BYTES_MAX = 128 * 1024 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;

    private SnapshotContent() {}

    /**
     * What a snapshot says of itself.
     *
     * @param machineVersion of the state machine whose bytes they are
     */
    public record Head(GroupId group, long index, long term, long time, int machineVersion) {}

    /** Writes one; the caller seals or discards what it wrote to. */
    static void write(OutputStream to, Head head, Iterable<byte[]> records, StateMachine.View view) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(new BufferedOutputStream(to, BUFFER_BYTES), new CRC32C());
        checked.write(new Out(HEAD_BYTES)
                .u8(VERSION)
                .i64(head.group().epoch())
                .i64(head.group().random())
                .i64(head.index())
                .i64(head.term())
                .i64(head.time())
                .i32(head.machineVersion())
                .toBytes());
        for (byte[] record : records) {
            checked.write(new Out(4 + record.length).block(record).toBytes());
        }
        checked.write(new Out(4).i32(-1).toBytes());
        view.writeTo(new Unclosed(checked));
        checked.write(new Out(4).i32((int) checked.getChecksum().getValue()).toBytes());
        checked.flush();
    }

    /** Takes the state machine's bytes. */
    public interface Restoring {
        void restore(Head head, InputStream in) throws IOException;
    }

    /**
     * Reads one; {@code records} get the shell's records, then {@code machine} its own bytes.
     *
     * @throws Malformed when it is of another version or its checksum is wrong
     */
    public static void read(Snapshots.Snapshot from, Consumer<byte[]> records, Restoring machine) throws IOException {
        long length = from.bytes() - CHECKSUM_BYTES;
        if (length < HEAD_BYTES) {
            throw new Malformed("a snapshot of " + from.bytes() + " bytes");
        }
        Checked in = new Checked(from.stream(), length);
        DataInputStream data = new DataInputStream(in);
        Head head = head(data.readNBytes(HEAD_BYTES));
        while (true) {
            int bytes = data.readInt();
            if (bytes == -1) {
                break;
            }
            if (bytes < 0 || bytes > RECORD_BYTES_MAX || bytes > in.left) {
                throw new Malformed("a snapshot with a record of " + bytes + " bytes");
            }
            records.accept(data.readNBytes(bytes));
        }
        machine.restore(head, in);
        in.skipRest();
        byte[] sum = new byte[CHECKSUM_BYTES];
        int read = from.read(length, sum, 0, CHECKSUM_BYTES);
        if (read < CHECKSUM_BYTES || new In(sum).i32() != (int) in.crc.getValue()) {
            throw new Malformed("a snapshot with a wrong checksum");
        }
    }

    private static Head head(byte[] bytes) {
        In in = new In(bytes);
        in.version("a snapshot", VERSION);
        long epoch = in.i64();
        long random = in.i64();
        if (epoch < 1) {
            throw new Malformed("a snapshot of a group with epoch " + epoch);
        }
        GroupId group = new GroupId(epoch, random);
        return new Head(group, in.i64(), in.i64(), in.i64(), in.i32());
    }

    /** A state machine may close what it writes to; more comes after it. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {}
    }

    /** Ends before the checksum, and computes it. */
    private static final class Checked extends FilterInputStream {
        final CRC32C crc = new CRC32C();
        long left;

        Checked(InputStream in, long length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int read = in.read(into, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("a snapshot ends " + left + " bytes too early");
            }
            left -= read;
            crc.update(into, offset, read);
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(count, BUFFER_BYTES)];
            int read = read(skipped, 0, skipped.length);
            return Math.max(0, read);
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        void skipRest() throws IOException {
            byte[] skipped = new byte[BUFFER_BYTES];
            while (read(skipped, 0, skipped.length) >= 0) {
                // Only the checksum wants it.
            }
        }

        @Override
        public void close() {}
    }
}
