package io.capstan.raft.internal.log;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The records of a log. Each is a version (u8: 1), the fields in the order of their class, and a CRC32C (u32) over key
 * and all before: over the key too, so that a record found in another's place is noticed. One of entries is of version 2, and has
 * some, one after the other (version 1, which no release wrote, had one).
 */
final class LogRecords {
    private static final byte VERSION = 1;
    private static final byte ENTRIES_VERSION = 2;
    private static final int CHECKSUM_BYTES = 4;
    /** What an entry has beside its payload: kind, term, time, the payload's length. */
    private static final int ENTRY_BYTES = 1 + 8 + 8 + 4;

    private static final int TEXT_MAX = 200;

    private LogRecords() {}

    static byte[] member(byte[] key, MemberRecord member) {
        Out out = begin(32).i64(member.incarnation()).flag(member.group() != null);
        if (member.group() != null) {
            out.i64(member.group().epoch()).i64(member.group().random());
        }
        return seal(key, out);
    }

    static MemberRecord member(byte[] key, byte[] record) {
        return read(key, record, in -> {
            long incarnation = in.i64();
            @Nullable GroupId group = in.flag() ? new GroupId(in.i64(), in.i64()) : null;
            return new MemberRecord(incarnation, group);
        });
    }

    static byte[] hardState(byte[] key, HardState state) {
        Out out = begin(32).i64(state.term()).flag(state.vote() != null);
        if (state.vote() != null) {
            out.i64(state.vote().incarnation()).text(state.vote().name());
        }
        return seal(key, out);
    }

    static HardState hardState(byte[] key, byte[] record) {
        return read(key, record, in -> {
            long term = in.i64();
            @Nullable MemberId vote = null;
            if (in.flag()) {
                long incarnation = in.i64();
                vote = new MemberId(in.text(), incarnation);
            }
            return new HardState(term, vote);
        });
    }

    static byte[] snapshot(byte[] key, SnapshotMeta meta) {
        return seal(
                key,
                begin(128)
                        .i64(meta.index())
                        .i64(meta.term())
                        .i64(meta.time())
                        .i64(meta.configurationIndex())
                        .block(meta.configuration().toBytes()));
    }

    static SnapshotMeta snapshot(byte[] key, byte[] record) {
        return read(
                key,
                record,
                in -> new SnapshotMeta(in.i64(), in.i64(), in.i64(), in.i64(), Configuration.of(in.block())));
    }

    /** What {@code entry} takes of its record. */
    static int entryBytes(Entry entry) {
        return ENTRY_BYTES + entry.payload().length;
    }

    /** {@code entries} follow each other. */
    static byte[] entries(byte[] key, List<Entry> entries) {
        int bytes = 1 + CHECKSUM_BYTES;
        for (Entry entry : entries) {
            bytes += entryBytes(entry);
        }
        Out out = new Out(bytes).u8(ENTRIES_VERSION);
        for (Entry entry : entries) {
            out.u8(entry.kind().code()).i64(entry.term()).i64(entry.time()).block(entry.payload());
        }
        return seal(key, out);
    }

    /** At least one: {@code first}, and those behind it. */
    static List<Entry> entries(byte[] key, byte[] record, long first) {
        return read(key, record, ENTRIES_VERSION, in -> {
            List<Entry> entries = new ArrayList<>();
            do {
                Entry.Kind kind = Entry.Kind.of(in.u8());
                Entry entry = new Entry(first + entries.size(), in.i64(), in.i64(), kind, in.block());
                if (kind == Entry.Kind.CONFIGURATION) {
                    // The core takes it as it is; here a version it does not know still refuses the member's start.
                    Configuration.of(entry.payload());
                }
                entries.add(entry);
                if (LogEntries.span(entry.index()) != LogEntries.span(first)) {
                    throw new Malformed("entries beyond their span, at " + entry.index());
                }
            } while (!in.isEnd());
            return entries;
        });
    }

    static byte[] damage(byte[] key, LogDamage damage) {
        String what = damage.what().length() > TEXT_MAX ? damage.what().substring(0, TEXT_MAX) : damage.what();
        return seal(key, begin(64).i64(damage.soundTo()).text(what));
    }

    static LogDamage damage(byte[] key, byte[] record) {
        return read(key, record, in -> {
            long soundTo = in.i64();
            return new LogDamage(in.text(), soundTo);
        });
    }

    static byte[] losses(byte[] key, long losses) {
        return seal(key, begin(16).i64(losses));
    }

    static long losses(byte[] key, byte[] record) {
        return read(key, record, In::i64);
    }

    static byte[] formerEpoch(byte[] key, long epoch) {
        return seal(key, begin(16).i64(epoch));
    }

    static long formerEpoch(byte[] key, byte[] record) {
        return read(key, record, In::i64);
    }

    private static <T> T read(byte[] key, byte[] record, Function<In, T> fields) {
        return read(key, record, VERSION, fields);
    }

    /** A sound checksum says only that somebody wrote it: a newer Capstan may have, with values unknown here. */
    private static <T> T read(byte[] key, byte[] record, byte version, Function<In, T> fields) {
        In in = open(key, record, version);
        try {
            T value = fields.apply(in);
            in.end();
            return value;
        } catch (IllegalArgumentException notAValue) {
            throw new Malformed("a log record with " + notAValue.getMessage());
        }
    }

    private static Out begin(int expected) {
        return new Out(expected).u8(VERSION);
    }

    private static byte[] seal(byte[] key, Out out) {
        return out.i32(checksum(key, out.soFar(), out.length())).toBytes();
    }

    /**
     * @throws LogDamaged when the disk has changed it
     * @throws Malformed when another version of Capstan wrote it
     */
    private static In open(byte[] key, byte[] record, byte version) {
        int length = record.length - CHECKSUM_BYTES;
        if (length < 1) {
            throw new LogDamaged("a log record of " + record.length + " bytes");
        }
        int found = new In(Arrays.copyOfRange(record, length, record.length)).i32();
        boolean ours = record[0] == version;
        byte[] asOurs = record;
        if (!ours) {
            // Sound but for its version: then that is the byte that was changed.
            asOurs = record.clone();
            asOurs[0] = version;
        }
        boolean sound = found == checksum(key, asOurs, length);
        if (!ours && !sound) {
            // A newer one may be sealed otherwise.
            new In(record).version("a log record", version);
        }
        if (!ours || !sound) {
            throw new LogDamaged("a log record with a wrong checksum");
        }
        In in = new In(Arrays.copyOf(record, length));
        in.u8();
        return in;
    }

    private static int checksum(byte[] key, byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Which life of a member's disk this is, and of which group.
     *
     * @param incarnation drawn when the log was made
     * @param group null until the member is in one
     */
    record MemberRecord(long incarnation, @Nullable GroupId group) {}
}
