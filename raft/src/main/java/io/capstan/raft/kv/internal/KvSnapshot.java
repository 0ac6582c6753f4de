package io.capstan.raft.kv.internal;

import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.kv.core.KvTable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The map in a snapshot: version (u8: 1), version of the last change (i64), a number (i64), and that many entries as
 * blocks (i32 length, the fields in the order of the record).
 */
record KvSnapshot(KvTable.Image image) implements StateMachine.View {
    private static final int VERSION = 1;
    private static final int BLOCK_BYTES_MAX = 1024 * 1024;

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(new Out(17).u8(VERSION).i64(image.version()).i64(image.size()).toBytes());
        try {
            image.visit(entry -> {
                Out block = new Out(64 + entry.value().length);
                KvCodec.entry(entry, block);
                write(out, new Out(4).block(block.toBytes()).toBytes());
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static KvTable read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int version = data.readUnsignedByte();
        if (version != VERSION) {
            throw new Malformed("a map of version " + version + "; this Capstan knows version " + VERSION);
        }
        long lastChange = data.readLong();
        KvTable.Builder table = new KvTable.Builder();
        for (long left = data.readLong(); left > 0; left--) {
            int length = data.readInt();
            if (length < 0 || length > BLOCK_BYTES_MAX) {
                throw new Malformed("a map with an entry of " + length + " bytes");
            }
            In block = new In(data.readNBytes(length));
            table.add(KvCodec.entry(block));
            block.end();
        }
        return table.build(lastChange);
    }
}
