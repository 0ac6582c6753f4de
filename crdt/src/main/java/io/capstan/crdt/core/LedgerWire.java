package io.capstan.crdt.core;

import io.capstan.crdt.core.LedgerCommand.Confirm;
import io.capstan.crdt.core.LedgerCommand.Join;
import io.capstan.crdt.core.LedgerCommand.Lack;
import io.capstan.crdt.core.LedgerCommand.Remove;
import io.capstan.crdt.core.LedgerCommand.Retire;
import io.capstan.crdt.core.LedgerView.Member;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Ledger}'s commands, and what it knows, as bytes: version 1, then of a command its kind, then its parts in
 * order; a slot as in {@link TableWire}, numbers as {@link Varint}, of whatever there are many how many first.
 */
public final class LedgerWire {
    private static final byte VERSION = 1;
    private static final byte JOIN = 1;
    private static final byte REMOVE = 2;
    private static final byte RETIRE = 3;
    private static final byte CONFIRM = 4;
    private static final byte LACK = 5;

    private static final int NAME_BYTES_MAX = 255;
    private static final int SLOT_BYTES_MAX = 16 + 1 + NAME_BYTES_MAX + Long.BYTES;
    private static final int ENTRY_BYTES_MIN = 2;
    private static final Codec<String> NAME = Codec.utf8(NAME_BYTES_MAX);

    private LedgerWire() {}

    /** For {@link #command}. */
    public static byte[] bytes(LedgerCommand command) {
        int slots = command instanceof Retire retire
                ? retire.slots().size()
                : command instanceof Lack lack ? lack.slots().size() : 0;
        ByteBuffer out = buffer(slots + 1).put(VERSION);
        if (command instanceof Join join) {
            TableWire.writeSlot(join.slot(), out.put(JOIN));
        } else if (command instanceof Remove remove) {
            NAME.write(remove.name(), out.put(REMOVE));
        } else if (command instanceof Retire retire) {
            TableWire.writeSlot(retire.sender(), out.put(RETIRE));
            Varint.write(retire.folds(), out);
            write(retire.slots(), out);
        } else if (command instanceof Confirm confirm) {
            TableWire.writeSlot(confirm.sender(), out.put(CONFIRM));
            Varint.write(confirm.folds(), out);
            Varint.write(confirm.revision(), out);
        } else if (command instanceof Lack lack) {
            TableWire.writeSlot(lack.sender(), out.put(LACK));
            Varint.write(lack.folds(), out);
            Varint.write(lack.revision(), out);
            write(lack.slots(), out);
        }
        return written(out);
    }

    /**
     * Reads a command.
     *
     * @throws MalformedFrame when the bytes are none
     */
    public static LedgerCommand command(byte[] bytes) {
        return read(bytes, in -> {
            byte kind = in.get();
            return switch (kind) {
                case JOIN -> new Join(TableWire.readSlot(in));
                case REMOVE -> new Remove(NAME.read(in));
                case RETIRE -> new Retire(TableWire.readSlot(in), Varint.read(in), readSlots(in));
                case CONFIRM -> new Confirm(TableWire.readSlot(in), Varint.read(in), Varint.read(in));
                case LACK -> new Lack(TableWire.readSlot(in), Varint.read(in), Varint.read(in), readSlots(in));
                default -> throw new MalformedFrame("a command of unknown kind " + kind);
            };
        });
    }

    /** For {@link #view}. */
    public static byte[] bytes(LedgerView view) {
        int entries =
                2 * view.members().size() + view.last().size() + view.next().size() + 1;
        for (Map<Slot, Long> lacking : view.lacking().values()) {
            entries += 1 + lacking.size();
        }
        ByteBuffer out = buffer(entries + view.confirmed().size()).put(VERSION);
        Varint.write(view.members().size(), out);
        view.members().values().forEach(member -> {
            TableWire.writeSlot(member.slot(), out);
            out.put((byte) (member.removed() ? 1 : 0));
        });
        Varint.write(view.folds(), out);
        write(view.last(), out);
        Slot heir = view.heir();
        out.put((byte) (heir == null ? 0 : 1));
        if (heir != null) {
            TableWire.writeSlot(heir, out);
        }
        Varint.write(view.revision(), out);
        write(view.next(), out);
        Varint.write(view.confirmed().size(), out);
        view.confirmed().forEach(name -> NAME.write(name, out));
        Varint.write(view.lacking().size(), out);
        view.lacking().forEach((name, slots) -> {
            NAME.write(name, out);
            write(slots, out);
        });
        return written(out);
    }

    /**
     * Reads what a ledger knows.
     *
     * @throws MalformedFrame when the bytes are none of that
     */
    public static LedgerView view(byte[] bytes) {
        return read(bytes, in -> {
            Map<String, Member> members = new TreeMap<>();
            for (int i = count(in); i > 0; i--) {
                Slot slot = TableWire.readSlot(in);
                members.put(slot.owner().name(), new Member(slot, in.get() != 0));
            }
            long folds = Varint.read(in);
            Map<Slot, Long> last = readSlots(in);
            @Nullable Slot heir = in.get() == 0 ? null : TableWire.readSlot(in);
            long revision = Varint.read(in);
            Map<Slot, Long> next = readSlots(in);
            Set<String> confirmed = new TreeSet<>();
            for (int i = count(in); i > 0; i--) {
                confirmed.add(NAME.read(in));
            }
            Map<String, Map<Slot, Long>> lacking = new TreeMap<>();
            for (int i = count(in); i > 0; i--) {
                lacking.put(NAME.read(in), readSlots(in));
            }
            return new LedgerView(members, folds, last, heir, revision, next, confirmed, lacking);
        });
    }

    private static void write(Map<Slot, Long> slots, ByteBuffer out) {
        Varint.write(slots.size(), out);
        slots.forEach((slot, version) -> {
            TableWire.writeSlot(slot, out);
            Varint.write(version, out);
        });
    }

    private static Map<Slot, Long> readSlots(ByteBuffer in) {
        Map<Slot, Long> slots = new TreeMap<>();
        for (int i = count(in); i > 0; i--) {
            slots.put(TableWire.readSlot(in), Varint.read(in));
        }
        return slots;
    }

    private static int count(ByteBuffer in) {
        return TableWire.checkedCount(Varint.read(in), ENTRY_BYTES_MIN, in);
    }

    private static ByteBuffer buffer(int entries) {
        return ByteBuffer.allocate(1 + 1 + 6 * Varint.BYTES_MAX + (entries + 1) * (SLOT_BYTES_MAX + Varint.BYTES_MAX));
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static <T> T read(byte[] bytes, Function<ByteBuffer, T> reader) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedFrame("version " + version + " where " + VERSION + " is known");
            }
            T read = reader.apply(in);
            if (in.hasRemaining()) {
                throw new MalformedFrame(in.remaining() + " bytes after the end");
            }
            return read;
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("an end that comes too early");
        }
    }
}
