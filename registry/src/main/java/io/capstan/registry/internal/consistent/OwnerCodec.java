package io.capstan.registry.internal.consistent;

import io.capstan.actors.NodeId;
import io.capstan.raft.Codec;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerImage;
import io.capstan.registry.core.owner.OwnerQuery;
import io.capstan.registry.core.owner.OwnerReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commands, queries, replies and snapshots of the consistent names: version (u8: 1), kind (u8), the fields in the order of
 * the record; texts and bytes as a length (u16) and so many bytes, lists as a number (i32) and their items. Commands are
 * in the log for ever; the kinds' codes are never used again.
 */
public final class OwnerCodec implements Codec {
    private static final int VERSION = 1;
    private static final int LIST_MAX = 1_000_000;

    private interface Writing<T> {
        void write(T value, DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T read(DataInputStream in) throws IOException;
    }

    @Override
    public byte[] encode(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            if (value instanceof OwnerCommand command) {
                command(command, out);
            } else if (value instanceof OwnerQuery query) {
                query(query, out);
            } else if (value instanceof OwnerReply reply) {
                reply(reply, out);
            } else {
                throw new IllegalArgumentException("nothing of the consistent names: " + value.getClass());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void command(OwnerCommand command, DataOutputStream out) throws IOException {
        if (command instanceof OwnerCommand.Open m) {
            out.writeByte(1);
            node(m.node(), out);
            out.writeLong(m.ttlMillis());
        } else if (command instanceof OwnerCommand.KeepAlive m) {
            out.writeByte(2);
            out.writeLong(m.session());
        } else if (command instanceof OwnerCommand.Close m) {
            out.writeByte(3);
            out.writeLong(m.session());
        } else if (command instanceof OwnerCommand.Expire m) {
            out.writeByte(4);
            out.writeLong(m.session());
            out.writeLong(m.renewal());
        } else if (command instanceof OwnerCommand.Claim m) {
            out.writeByte(5);
            out.writeLong(m.session());
            out.writeLong(m.claim());
            out.writeUTF(m.name());
            out.writeBoolean(m.takeOver());
            out.writeBoolean(m.fenced());
            out.writeUTF(m.process());
            metadata(m.metadata(), out);
        } else if (command instanceof OwnerCommand.Release m) {
            out.writeByte(6);
            out.writeLong(m.session());
            out.writeLong(m.claim());
            out.writeUTF(m.name());
        } else if (command instanceof OwnerCommand.Unregister m) {
            out.writeByte(7);
            out.writeUTF(m.name());
        } else if (command instanceof OwnerCommand.Update m) {
            out.writeByte(8);
            out.writeUTF(m.name());
            metadata(m.expected(), out);
            metadata(m.metadata(), out);
        }
    }

    private static void query(OwnerQuery query, DataOutputStream out) throws IOException {
        if (query instanceof OwnerQuery.Find m) {
            out.writeByte(32);
            out.writeUTF(m.name());
        } else if (query instanceof OwnerQuery.Page m) {
            out.writeByte(33);
            out.writeUTF(m.after());
        } else if (query instanceof OwnerQuery.Since m) {
            out.writeByte(34);
            out.writeLong(m.after());
        }
    }

    private static void reply(OwnerReply reply, DataOutputStream out) throws IOException {
        if (reply instanceof OwnerReply.Opened m) {
            out.writeByte(64);
            out.writeLong(m.session());
        } else if (reply instanceof OwnerReply.NoSession) {
            out.writeByte(65);
        } else if (reply instanceof OwnerReply.Granted m) {
            out.writeByte(66);
            entry(m.entry(), out);
        } else if (reply instanceof OwnerReply.Taken m) {
            out.writeByte(67);
            entry(m.entry(), out);
        } else if (reply instanceof OwnerReply.Done m) {
            out.writeByte(68);
            out.writeBoolean(m.was());
        } else if (reply instanceof OwnerReply.Found m) {
            out.writeByte(69);
            maybe(m.entry(), out);
        } else if (reply instanceof OwnerReply.Entries m) {
            out.writeByte(70);
            out.writeLong(m.changed());
            list(m.entries(), OwnerCodec::entry, out);
        } else if (reply instanceof OwnerReply.Changes m) {
            out.writeByte(71);
            list(m.changes(), OwnerCodec::change, out);
            out.writeBoolean(m.more());
            out.writeBoolean(m.forgotten());
        } else if (reply instanceof OwnerReply.Full m) {
            out.writeByte(72);
            out.writeUTF(m.limit());
        }
    }

    @Override
    public Object decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            version(in.readUnsignedByte());
            int kind = in.readUnsignedByte();
            Object value = kind < 32 ? command(kind, in) : kind < 64 ? query(kind, in) : reply(kind, in);
            if (in.available() > 0) {
                throw new IllegalArgumentException(in.available() + " bytes too many");
            }
            return value;
        } catch (IOException cut) {
            throw new IllegalArgumentException("cut short or no proper text: " + cut.getMessage(), cut);
        }
    }

    private static void version(int version) {
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "consistent names of version " + version + "; this Capstan knows version " + VERSION);
        }
    }

    private static OwnerCommand command(int kind, DataInputStream in) throws IOException {
        return switch (kind) {
            case 1 -> new OwnerCommand.Open(node(in), in.readLong());
            case 2 -> new OwnerCommand.KeepAlive(in.readLong());
            case 3 -> new OwnerCommand.Close(in.readLong());
            case 4 -> new OwnerCommand.Expire(in.readLong(), in.readLong());
            case 5 ->
                new OwnerCommand.Claim(
                        in.readLong(),
                        in.readLong(),
                        in.readUTF(),
                        in.readBoolean(),
                        in.readBoolean(),
                        in.readUTF(),
                        metadata(in));
            case 6 -> new OwnerCommand.Release(in.readLong(), in.readLong(), in.readUTF());
            case 7 -> new OwnerCommand.Unregister(in.readUTF());
            case 8 -> new OwnerCommand.Update(in.readUTF(), metadata(in), metadata(in));
            default -> throw new IllegalArgumentException("unknown command " + kind);
        };
    }

    private static OwnerQuery query(int kind, DataInputStream in) throws IOException {
        return switch (kind) {
            case 32 -> new OwnerQuery.Find(in.readUTF());
            case 33 -> new OwnerQuery.Page(in.readUTF());
            case 34 -> new OwnerQuery.Since(in.readLong());
            default -> throw new IllegalArgumentException("unknown query " + kind);
        };
    }

    private static OwnerReply reply(int kind, DataInputStream in) throws IOException {
        return switch (kind) {
            case 64 -> new OwnerReply.Opened(in.readLong());
            case 65 -> new OwnerReply.NoSession();
            case 66 -> new OwnerReply.Granted(entry(in));
            case 67 -> new OwnerReply.Taken(entry(in));
            case 68 -> new OwnerReply.Done(in.readBoolean());
            case 69 -> new OwnerReply.Found(maybe(in));
            case 70 -> new OwnerReply.Entries(in.readLong(), list(OwnerCodec::entry, in));
            case 71 -> new OwnerReply.Changes(list(OwnerCodec::change, in), in.readBoolean(), in.readBoolean());
            case 72 -> new OwnerReply.Full(in.readUTF());
            default -> throw new IllegalArgumentException("unknown reply " + kind);
        };
    }

    static void image(OwnerImage image, DataOutputStream out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(image.changed());
        list(image.sessions(), OwnerCodec::session, out);
        list(image.entries(), OwnerCodec::entry, out);
        out.flush();
    }

    static OwnerImage image(DataInputStream in) throws IOException {
        version(in.readUnsignedByte());
        return new OwnerImage(in.readLong(), list(OwnerCodec::session, in), list(OwnerCodec::entry, in));
    }

    private static void session(OwnerImage.Session session, DataOutputStream out) throws IOException {
        out.writeLong(session.id());
        node(session.node(), out);
        out.writeLong(session.ttlMillis());
        out.writeLong(session.renewal());
        out.writeLong(session.renewedAt());
        out.writeLong(session.over());
        list(session.released(), (claim, to) -> to.writeLong(claim), out);
    }

    private static OwnerImage.Session session(DataInputStream in) throws IOException {
        return new OwnerImage.Session(
                in.readLong(),
                node(in),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                list(DataInputStream::readLong, in));
    }

    private static void entry(OwnerEntry entry, DataOutputStream out) throws IOException {
        out.writeUTF(entry.name());
        out.writeLong(entry.epoch().epoch());
        out.writeLong(entry.epoch().index());
        out.writeInt(entry.epoch().ordinal());
        out.writeLong(entry.session());
        out.writeLong(entry.claim());
        node(entry.node(), out);
        out.writeBoolean(entry.fenced());
        out.writeUTF(entry.process());
        metadata(entry.metadata(), out);
        out.writeLong(entry.version());
    }

    private static OwnerEntry entry(DataInputStream in) throws IOException {
        return new OwnerEntry(
                in.readUTF(),
                new FencingToken(in.readLong(), in.readLong(), in.readInt()),
                in.readLong(),
                in.readLong(),
                node(in),
                in.readBoolean(),
                in.readUTF(),
                metadata(in),
                in.readLong());
    }

    private static void change(OwnerReply.Change change, DataOutputStream out) throws IOException {
        out.writeLong(change.number());
        out.writeLong(change.index());
        out.writeUTF(change.name());
        maybe(change.entry(), out);
    }

    private static OwnerReply.Change change(DataInputStream in) throws IOException {
        return new OwnerReply.Change(in.readLong(), in.readLong(), in.readUTF(), maybe(in));
    }

    private static void maybe(Optional<OwnerEntry> entry, DataOutputStream out) throws IOException {
        out.writeBoolean(entry.isPresent());
        if (entry.isPresent()) {
            entry(entry.get(), out);
        }
    }

    private static Optional<OwnerEntry> maybe(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(entry(in)) : Optional.empty();
    }

    private static void node(NodeId node, DataOutputStream out) throws IOException {
        out.writeUTF(node.name());
        out.writeLong(node.incarnation());
    }

    private static NodeId node(DataInputStream in) throws IOException {
        return new NodeId(in.readUTF(), in.readLong());
    }

    private static void metadata(Metadata metadata, DataOutputStream out) throws IOException {
        out.writeShort(metadata.size());
        out.write(metadata.bytes());
    }

    private static Metadata metadata(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        if (bytes.length > RowCodecs.METADATA_BYTES_MAX) {
            throw new IllegalArgumentException("metadata of " + bytes.length + " bytes");
        }
        in.readFully(bytes);
        return Metadata.of(bytes);
    }

    private static <T> void list(List<T> items, Writing<T> writing, DataOutputStream out) throws IOException {
        out.writeInt(items.size());
        for (T item : items) {
            writing.write(item, out);
        }
    }

    private static <T> List<T> list(Reading<T> reading, DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > LIST_MAX) {
            throw new IllegalArgumentException("a list of " + size + " items");
        }
        List<T> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            items.add(reading.read(in));
        }
        return items;
    }
}
