package io.capstan.raft.kv.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.raft.Codec;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.Out;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvCommand.Condition;
import io.capstan.raft.kv.core.KvCommand.Operation;
import io.capstan.raft.kv.core.KvQuery;
import io.capstan.raft.kv.core.KvReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Commands, queries and replies of the map: version (u8: 1), kind (u8), the fields in the order of the record, lists as a
 * number (i32) and their items. Commands are in the log for ever; the kinds' codes are never used again.
 */
public final class KvCodec implements Codec {
    private static final int VERSION = 1;
    // The shortest: a kind and an empty key.
    private static final int PART_BYTES_MIN = 2;
    private static final int ENTRY_BYTES_MIN = 1 + 4 + 8 + 8;
    private static final int CHANGE_BYTES_MIN = 1 + 8 + 1;

    @Override
    public byte[] encode(Object value) {
        Out out = new Out(128).u8(VERSION);
        if (value instanceof KvCommand command) {
            list(
                    list(list(out.u8(1), command.conditions(), KvCodec::condition), command.then(), KvCodec::operation),
                    command.otherwise(),
                    KvCodec::operation);
        } else if (value instanceof KvQuery.Get m) {
            out.u8(32).text(m.key());
        } else if (value instanceof KvQuery.Range m) {
            // No texts of at most 255 bytes: the place behind the longest key is longer than any key.
            out.u8(33)
                    .block(m.from().getBytes(UTF_8))
                    .block(m.to().getBytes(UTF_8))
                    .i32(m.max());
        } else if (value instanceof KvQuery.Changes m) {
            out.u8(34).text(m.prefix()).i64(m.after());
        } else if (value instanceof KvReply reply) {
            reply(reply, out);
        } else {
            throw new IllegalArgumentException("nothing of the map: " + value.getClass());
        }
        return out.toBytes();
    }

    private static void reply(KvReply reply, Out out) {
        if (reply instanceof KvReply.Done m) {
            list(out.u8(64).flag(m.held()).i64(m.version()), m.entries(), KvCodec::entryOrNone);
        } else if (reply instanceof KvReply.Refused m) {
            out.u8(65).text(m.limit());
        } else if (reply instanceof KvReply.Entries m) {
            list(out.u8(66), m.entries(), KvCodec::entry).flag(m.more());
        } else if (reply instanceof KvReply.Changed m) {
            list(out.u8(67), m.changes(), KvCodec::change).flag(m.more()).flag(m.forgotten());
        } else {
            throw new IllegalStateException("a reply without a code: " + reply.getClass());
        }
    }

    private interface Item<T> {
        void write(T item, Out out);
    }

    private static <T> Out list(Out out, List<T> items, Item<T> writer) {
        out.i32(items.size());
        items.forEach(item -> writer.write(item, out));
        return out;
    }

    private static void condition(Condition condition, Out out) {
        if (condition instanceof Condition.VersionIs m) {
            out.u8(1).text(m.key()).i64(m.version());
        } else if (condition instanceof Condition.ValueIs m) {
            out.u8(2).text(m.key()).block(m.value());
        }
    }

    private static void operation(Operation operation, Out out) {
        if (operation instanceof Operation.Put m) {
            out.u8(1).text(m.key()).block(m.value());
        } else if (operation instanceof Operation.Delete m) {
            out.u8(2).text(m.key());
        } else if (operation instanceof Operation.Get m) {
            out.u8(3).text(m.key());
        }
    }

    static void entry(KeyEntry entry, Out out) {
        out.text(entry.key()).block(entry.value()).i64(entry.version()).i64(entry.created());
    }

    private static void entryOrNone(Optional<KeyEntry> entry, Out out) {
        out.flag(entry.isPresent());
        entry.ifPresent(there -> entry(there, out));
    }

    private static void change(KvReply.Change change, Out out) {
        out.text(change.key()).i64(change.version());
        entryOrNone(change.entry(), out);
    }

    @Override
    public Object decode(byte[] bytes) {
        In in = new In(bytes);
        in.version("a message of the map", VERSION);
        int kind = in.u8();
        Object value = switch (kind) {
            case 1 ->
                new KvCommand(
                        list(in, PART_BYTES_MIN, KvCodec::condition),
                        list(in, PART_BYTES_MIN, KvCodec::operation),
                        list(in, PART_BYTES_MIN, KvCodec::operation));
            case 32 -> new KvQuery.Get(in.text());
            case 33 -> new KvQuery.Range(new String(in.block(), UTF_8), new String(in.block(), UTF_8), in.i32());
            case 34 -> new KvQuery.Changes(in.text(), in.i64());
            case 64 -> new KvReply.Done(in.flag(), in.i64(), list(in, 1, KvCodec::entryOrNone));
            case 65 -> new KvReply.Refused(in.text());
            case 66 -> new KvReply.Entries(list(in, ENTRY_BYTES_MIN, KvCodec::entry), in.flag());
            case 67 -> new KvReply.Changed(list(in, CHANGE_BYTES_MIN, KvCodec::change), in.flag(), in.flag());
            default -> throw new Malformed("a message of the map of unknown kind " + kind);
        };
        in.end();
        return value;
    }

    private static <T> List<T> list(In in, int bytesMin, Function<In, T> reader) {
        int count = in.count(bytesMin);
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(reader.apply(in));
        }
        return items;
    }

    private static Condition condition(In in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new Condition.VersionIs(in.text(), in.i64());
            case 2 -> new Condition.ValueIs(in.text(), in.block());
            default -> throw new Malformed("a condition of unknown kind " + kind);
        };
    }

    private static Operation operation(In in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new Operation.Put(in.text(), in.block());
            case 2 -> new Operation.Delete(in.text());
            case 3 -> new Operation.Get(in.text());
            default -> throw new Malformed("an operation of unknown kind " + kind);
        };
    }

    static KeyEntry entry(In in) {
        return new KeyEntry(in.text(), in.block(), in.i64(), in.i64());
    }

    private static Optional<KeyEntry> entryOrNone(In in) {
        return in.flag() ? Optional.of(entry(in)) : Optional.empty();
    }

    private static KvReply.Change change(In in) {
        return new KvReply.Change(in.text(), in.i64(), entryOrNone(in));
    }
}
