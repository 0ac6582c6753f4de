package io.capstan.registry.core;

import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.RowCodec;
import io.capstan.crdt.core.TableWire;
import io.capstan.registry.Metadata;
import java.nio.ByteBuffer;

/**
 * The rows of names and groups on the wire.
 *
 * <p>Every row begins with its kind, so that further kinds can join the same table; an unknown one is refused. Byte
 * fields are length-prefixed, numbers big-endian.
 */
public final class RowCodecs {
    /** Longest name, group or scope, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 255;

    /** Longest process reference, in bytes of UTF-8. */
    public static final int PROCESS_BYTES_MAX = 2_048;

    /** Most metadata of one row, in bytes. */
    public static final int METADATA_BYTES_MAX = 4_096;

    /** Claims; other kinds of names' rows will have other numbers. */
    private static final byte CLAIM = 1;

    /** Memberships; other kinds of groups' rows will have other numbers. */
    private static final byte MEMBERSHIP = 1;

    private static final int CLAIM_ID_BYTES = 16;

    static final Codec<String> NAME = Codec.utf8(NAME_BYTES_MAX);
    static final Codec<String> PROCESS = Codec.utf8(PROCESS_BYTES_MAX);
    static final Codec<Metadata> METADATA = new MetadataBytes();
    static final Codec<NameRow> CLAIM_ROW = new ClaimRow();

    private RowCodecs() {}

    /** The protocol of channel 48. */
    public static TableWire<String, NameRow> names() {
        return new TableWire<>(RowCodec.of(new NameKey(), CLAIM_ROW));
    }

    /** The protocol of channel 50. */
    public static TableWire<Membership, GroupRow> groups() {
        return new TableWire<>(RowCodec.of(new MembershipKey(), new MembershipRow()));
    }

    static void write(ClaimId id, ByteBuffer out) {
        out.putLong(id.order()).putLong(id.slot());
    }

    static ClaimId readClaimId(ByteBuffer in) {
        return new ClaimId(in.getLong(), in.getLong());
    }

    static NameRow.State readState(ByteBuffer in) {
        byte code = in.get();
        for (NameRow.State state : NameRow.State.values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new MalformedFrame("a claim in the unknown state " + code);
    }

    static NameRow.Loss readLoss(ByteBuffer in) {
        byte code = in.get();
        for (NameRow.Loss loss : NameRow.Loss.values()) {
            if (loss.code == code) {
                return loss;
            }
        }
        throw new MalformedFrame("a claim of the unknown loss " + code);
    }

    private static void requireKind(byte kind, byte known, String what) {
        if (kind != known) {
            throw new MalformedFrame("a " + what + " row of unknown kind " + kind);
        }
    }

    private static final class MetadataBytes implements Codec<Metadata> {
        private static final Codec<byte[]> BYTES = Codec.byteArray(METADATA_BYTES_MAX);
        private static final int HEAD = BYTES.bytes(new byte[0]);

        @Override
        public int bytes(Metadata metadata) {
            return HEAD + metadata.size();
        }

        @Override
        public void write(Metadata metadata, ByteBuffer out) {
            BYTES.write(metadata.bytes(), out);
        }

        @Override
        public Metadata read(ByteBuffer in) {
            return Metadata.of(BYTES.read(in));
        }
    }

    private static final class NameKey implements Codec<String> {
        @Override
        public int bytes(String name) {
            return 1 + NAME.bytes(name);
        }

        @Override
        public void write(String name, ByteBuffer out) {
            NAME.write(name, out.put(CLAIM));
        }

        @Override
        public String read(ByteBuffer in) {
            requireKind(in.get(), CLAIM, "names'");
            return NAME.read(in);
        }
    }

    private static final class ClaimRow implements Codec<NameRow> {
        private final ProcessText.Recent processes = new ProcessText.Recent();

        @Override
        public int bytes(NameRow row) {
            return 2 * CLAIM_ID_BYTES
                    + Integer.BYTES
                    + 2
                    + PROCESS.bytes(row.process())
                    + METADATA.bytes(row.metadata());
        }

        @Override
        public void write(NameRow row, ByteBuffer out) {
            RowCodecs.write(row.claim(), out);
            out.putInt(row.rank());
            RowCodecs.write(row.lineage(), out);
            out.put(row.state().code).put(row.loss().code);
            PROCESS.write(row.process(), out);
            METADATA.write(row.metadata(), out);
        }

        @Override
        public NameRow read(ByteBuffer in) {
            ClaimId claim = readClaimId(in);
            int rank = in.getInt();
            if (rank < 0) {
                throw new MalformedFrame("a claim of rank " + rank);
            }
            return new NameRow(
                    claim,
                    rank,
                    readClaimId(in),
                    readState(in),
                    readLoss(in),
                    processes.of(PROCESS.read(in)),
                    METADATA.read(in));
        }
    }

    private static final class MembershipKey implements Codec<Membership> {
        @Override
        public int bytes(Membership key) {
            return 1 + NAME.bytes(key.scope()) + NAME.bytes(key.group()) + PROCESS.bytes(key.process());
        }

        @Override
        public void write(Membership key, ByteBuffer out) {
            out.put(MEMBERSHIP);
            NAME.write(key.scope(), out);
            NAME.write(key.group(), out);
            PROCESS.write(key.process(), out);
        }

        @Override
        public Membership read(ByteBuffer in) {
            requireKind(in.get(), MEMBERSHIP, "groups'");
            return new Membership(NAME.read(in), NAME.read(in), PROCESS.read(in));
        }
    }

    private static final class MembershipRow implements Codec<GroupRow> {
        @Override
        public int bytes(GroupRow row) {
            return Integer.BYTES + METADATA.bytes(row.metadata());
        }

        @Override
        public void write(GroupRow row, ByteBuffer out) {
            METADATA.write(row.metadata(), out.putInt(row.times()));
        }

        @Override
        public GroupRow read(ByteBuffer in) {
            int times = in.getInt();
            if (times < 1) {
                throw new MalformedFrame("a membership of " + times + " times");
            }
            return new GroupRow(times, METADATA.read(in));
        }
    }
}
