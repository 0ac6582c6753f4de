package io.capstan.raft.internal.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.capstan.actors.internal.store.Folder;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * A group's backup as a file. Numbers are big-endian.
 *
 * <pre>
 *   8 bytes  "CAPBACK\n"
 *   u8       version: 1
 *   records, each: i32 length, bytes, u32 CRC32C over the record's number (i64, from 0) and its bytes
 *     0      the head: group, epoch, random, term, snapshot (index, term, time, configuration's index and block), its
 *            length in bytes, the log's last index
 *     then   the snapshot in pieces of 65536 bytes, the last one's what is left
 *     then   the entries behind the snapshot, one each: kind, term, time, payload
 *     last   a record without bytes
 * </pre>
 */
final class BackupFile {
    /**
     * What it begins with.
     *
     * @param term of the member it was made of
     * @param snapshotBytes 0 without a snapshot
     * @param lastIndex of the last entry
     */
    record Head(String group, GroupId id, long term, SnapshotMeta snapshot, long snapshotBytes, long lastIndex) {}

    static final int VERSION = 1;
    static final int PIECE_BYTES = 64 * 1024;
    private static final byte[] MAGIC = "CAPBACK\n".getBytes(US_ASCII);
    private static final int RECORD_BYTES_MAX = 1024 * 1024;

    private BackupFile() {}

    /** Writes one, record by record; it has its name once it is whole and durable. */
    static final class Writing implements AutoCloseable {
        private final Path path;
        private final Path draft;
        private final FileChannel channel;
        private final DataOutputStream out;
        private long number;

        Writing(Path path, Head head) throws IOException {
            this.path = path;
            if (Files.exists(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            draft = path.resolveSibling(path.getFileName() + ".part");
            Files.deleteIfExists(draft); // Of one that was interrupted.
            channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    Folder.mode(path.toAbsolutePath(), "rw-------"));
            out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
            try {
                out.write(MAGIC);
                out.write(VERSION);
                record(bytes(head));
            } catch (IOException full) {
                close();
                throw full;
            }
        }

        void piece(byte[] bytes) throws IOException {
            record(bytes);
        }

        void entry(Entry entry) throws IOException {
            record(new Out(32 + entry.payload().length)
                    .u8(entry.kind().code())
                    .i64(entry.term())
                    .i64(entry.time())
                    .raw(entry.payload())
                    .toBytes());
        }

        private void record(byte[] bytes) throws IOException {
            out.writeInt(bytes.length);
            out.write(bytes);
            out.writeInt(checksum(number++, bytes));
        }

        void seal() throws IOException {
            record(new byte[0]);
            out.flush();
            channel.force(true);
            channel.close();
            Files.move(draft, path);
            Folder.syncNames(Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a folder"));
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(draft);
        }
    }

    /** Takes what {@link #read} finds. */
    interface Reader {
        void piece(byte[] bytes);

        void entry(Entry entry);
    }

    /**
     * Reads one from its beginning to its end.
     *
     * @param begin is told the head first, and says who takes the rest; what these throw is thrown
     * @throws RaftFailure INVALID when it cannot be read, is none or of another format, DAMAGED when its bytes are wrong
     */
    static void read(Path path, Function<Head, Reader> begin) {
        try (Reading reading = new Reading(path)) {
            Head head = reading.head();
            Reader reader = begin.apply(head);
            for (long left = head.snapshotBytes(); left > 0; ) {
                byte[] piece = reading.piece(left);
                left -= piece.length;
                reader.piece(piece);
            }
            for (long index = head.snapshot().index() + 1; index <= head.lastIndex(); index++) {
                reader.entry(reading.entry(index));
            }
            reading.end();
        } catch (IOException unreadable) {
            throw invalid(path
                    + (Files.exists(path) ? " cannot be read (" + unreadable.getMessage() + ")" : " is not there"));
        }
    }

    /** One that is read, record by record. */
    private static final class Reading implements AutoCloseable {
        private final Path path;
        private final DataInputStream in;
        private long number;

        Reading(Path path) throws IOException {
            this.path = path;
            in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)));
        }

        Head head() throws IOException {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw invalid(path + " is no backup of a Raft group");
            }
            int version = in.read();
            if (version != VERSION) {
                throw invalid(path + " is a backup of version " + version + "; this Capstan knows version " + VERSION);
            }
            return parsed(BackupFile::head);
        }

        byte[] piece(long bytesMax) throws IOException {
            return parsed(piece -> {
                if (piece.length == 0 || piece.length > bytesMax) {
                    throw new Malformed("a snapshot of another length");
                }
                return piece;
            });
        }

        Entry entry(long index) throws IOException {
            return parsed(bytes -> BackupFile.entry(bytes, index));
        }

        void end() throws IOException {
            int last = parsed(bytes -> bytes.length);
            if (last != 0 || in.read() != -1) {
                throw damaged(new Malformed("more behind its end"));
            }
        }

        /** What the next record says. */
        private <T> T parsed(Function<byte[], T> parser) throws IOException {
            try {
                T found = parser.apply(record(in, number));
                number++;
                return found;
            } catch (EOFException | IllegalArgumentException | Malformed wrong) {
                throw damaged(wrong);
            }
        }

        private RaftFailure damaged(Exception wrong) {
            String why = wrong instanceof EOFException ? "it ends early" : wrong.getMessage();
            return new RaftFailure(
                    RaftFailure.Kind.DAMAGED, path + " is damaged at record " + number + " (" + why + ")");
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** All of it is there and sound; what it begins with. */
    static Head verify(Path path) {
        Head[] found = new Head[1];
        read(path, head -> {
            found[0] = head;
            return new Reader() {
                @Override
                public void piece(byte[] bytes) {
                    // Read, so its checksum is right.
                }

                @Override
                public void entry(Entry entry) {
                    // As a piece.
                }
            };
        });
        return found[0];
    }

    private static RaftFailure invalid(String what) {
        return new RaftFailure(RaftFailure.Kind.INVALID, what);
    }

    private static byte[] record(DataInputStream in, long number) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > RECORD_BYTES_MAX) {
            throw new Malformed("a record of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.readInt() != checksum(number, bytes)) {
            throw new Malformed("a wrong checksum");
        }
        return bytes;
    }

    private static int checksum(long number, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, number));
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static byte[] bytes(Head head) {
        SnapshotMeta snapshot = head.snapshot();
        return new Out(256)
                .text(head.group())
                .i64(head.id().epoch())
                .i64(head.id().random())
                .i64(head.term())
                .i64(snapshot.index())
                .i64(snapshot.term())
                .i64(snapshot.time())
                .i64(snapshot.configurationIndex())
                .block(snapshot.configuration().toBytes())
                .i64(head.snapshotBytes())
                .i64(head.lastIndex())
                .toBytes();
    }

    private static Head head(byte[] bytes) {
        In in = new In(bytes);
        String group = in.text();
        GroupId id = new GroupId(in.i64(), in.i64());
        long term = in.i64();
        SnapshotMeta snapshot = new SnapshotMeta(in.i64(), in.i64(), in.i64(), in.i64(), Configuration.of(in.block()));
        Head head = new Head(group, id, term, snapshot, in.i64(), in.i64());
        in.end();
        return head;
    }

    private static Entry entry(byte[] bytes, long index) {
        In in = new In(bytes);
        Entry.Kind kind = Entry.Kind.of(in.u8());
        return new Entry(index, in.i64(), in.i64(), kind, in.rest());
    }
}
