package io.capstan.crdt.core;

import io.capstan.crdt.core.LedgerCommand.Confirm;
import io.capstan.crdt.core.LedgerCommand.ConfirmCut;
import io.capstan.crdt.core.LedgerCommand.GiveUp;
import io.capstan.crdt.core.LedgerCommand.Join;
import io.capstan.crdt.core.LedgerCommand.Lack;
import io.capstan.crdt.core.LedgerCommand.Lost;
import io.capstan.crdt.core.LedgerCommand.Remove;
import io.capstan.crdt.core.LedgerCommand.Retire;
import io.capstan.crdt.core.LedgerCommand.Trim;
import io.capstan.crdt.core.LedgerView.Member;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Ledger}'s commands, and what it knows, as bytes: version 1, then of a command its kind, then its parts in
 * order; a slot as in {@link TableWire}, numbers as {@link Varint}, of whatever there are many how many first, of numbers in
 * rising order each less the one before. What is known of cuts follows in version 2, which is written only then: so a
 * cluster that cuts nothing is understood by nodes that know nothing of it; what was begun anew likewise in version 3.
 */
public final class LedgerWire {
    private static final byte VERSION = 1;
    /** Of what a ledger knows that has cut something, or is about to. */
    private static final byte VERSION_CUT = 2;
    /** Of what a ledger knows that was begun anew, or of which somebody says that it has to be. */
    private static final byte VERSION_ANEW = 3;

    private static final byte JOIN = 1;
    private static final byte REMOVE = 2;
    private static final byte RETIRE = 3;
    private static final byte CONFIRM = 4;
    private static final byte LACK = 5;
    private static final byte TRIM = 6;
    private static final byte CONFIRM_CUT = 7;
    private static final byte GIVE_UP = 8;
    private static final byte LOST = 9;

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
        ByteBuffer out = buffer(slots + 1, 0).put(VERSION);
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
        } else {
            return cutBytes(command);
        }
        return written(out);
    }

    private static byte[] cutBytes(LedgerCommand command) {
        int numbers = command instanceof ConfirmCut confirm
                ? confirm.strays().size()
                        + confirm.taken().size()
                        + confirm.named().size()
                : 0;
        ByteBuffer out = buffer(3, numbers).put(VERSION);
        if (command instanceof Trim trim) {
            TableWire.writeSlot(trim.sender(), out.put(TRIM));
            Varint.write(trim.folds(), out);
            TableWire.writeSlot(trim.slot(), out);
            Varint.write(trim.version(), out);
        } else if (command instanceof ConfirmCut confirm) {
            TableWire.writeSlot(confirm.sender(), out.put(CONFIRM_CUT));
            Varint.write(confirm.folds(), out);
            Varint.write(confirm.revision(), out);
            writeNumbers(confirm.strays(), out);
            writeBits(confirm.taken(), out);
            writeNumbers(confirm.named(), out);
        } else if (command instanceof GiveUp giveUp) {
            TableWire.writeSlot(giveUp.sender(), out.put(GIVE_UP));
            Varint.write(giveUp.folds(), out);
            Varint.write(giveUp.revision(), out);
        } else if (command instanceof Lost lost) {
            TableWire.writeSlot(lost.sender(), out.put(LOST));
            Varint.write(lost.folds(), out);
            Varint.write(lost.known(), out);
        }
        return written(out);
    }

    /**
     * Reads a command.
     *
     * @throws MalformedFrame when the bytes are none
     */
    public static LedgerCommand command(byte[] bytes) {
        return read(bytes, (version, in) -> {
            requireVersion(version == VERSION, version);
            byte kind = in.get();
            return switch (kind) {
                case JOIN -> new Join(TableWire.readSlot(in));
                case REMOVE -> new Remove(NAME.read(in));
                case RETIRE -> new Retire(TableWire.readSlot(in), Varint.read(in), readSlots(in));
                case CONFIRM -> new Confirm(TableWire.readSlot(in), Varint.read(in), Varint.read(in));
                case TRIM -> new Trim(TableWire.readSlot(in), Varint.read(in), TableWire.readSlot(in), Varint.read(in));
                case CONFIRM_CUT ->
                    new ConfirmCut(
                            TableWire.readSlot(in),
                            Varint.read(in),
                            Varint.read(in),
                            readNumbers(in),
                            readBits(in),
                            readNumbers(in));
                case GIVE_UP -> new GiveUp(TableWire.readSlot(in), Varint.read(in), Varint.read(in));
                case LOST -> new Lost(TableWire.readSlot(in), Varint.read(in), Varint.read(in));
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
        entries += view.anew().lost().size();
        boolean anew = !view.anew().equals(Anew.NEVER);
        boolean cuts = anew || !view.cut().isNone() || !view.lastCut().isNone();
        entries += view.cut().upTo().size() + view.cut().strays().size();
        entries += view.lastCut().upTo().size() + view.lastCut().strays().size();
        ByteBuffer out = buffer(entries + view.confirmed().size(), numbers(view.cut()) + numbers(view.lastCut()))
                .put(anew ? VERSION_ANEW : cuts ? VERSION_CUT : VERSION);
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
        if (cuts) {
            write(view.cut(), out);
            write(view.lastCut(), out);
        }
        if (anew) {
            write(view.anew(), out);
        }
        return written(out);
    }

    /**
     * Reads what a ledger knows.
     *
     * @throws MalformedFrame when the bytes are none of that
     */
    public static LedgerView view(byte[] bytes) {
        return read(bytes, (version, in) -> {
            requireVersion(version >= VERSION && version <= VERSION_ANEW, version);
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
            Cut cut = version == VERSION ? Cut.NONE : readCut(in);
            Cut lastCut = version == VERSION ? Cut.NONE : readCut(in);
            Anew anew = version == VERSION_ANEW ? readAnew(in) : Anew.NEVER;
            return new LedgerView(members, folds, last, heir, revision, next, confirmed, lacking, cut, lastCut, anew);
        });
    }

    private static void write(Cut cut, ByteBuffer out) {
        Varint.write(cut.revision(), out);
        write(cut.upTo(), out);
        Varint.write(cut.strays().size(), out);
        cut.strays().forEach((slot, versions) -> {
            TableWire.writeSlot(slot, out);
            writeNumbers(versions, out);
        });
        writeBits(cut.taken(), out);
        writeNumbers(cut.named(), out);
    }

    private static Cut readCut(ByteBuffer in) {
        long revision = Varint.read(in);
        Map<Slot, Long> upTo = readSlots(in);
        Map<Slot, Set<Long>> strays = new TreeMap<>();
        for (int i = count(in); i > 0; i--) {
            strays.put(TableWire.readSlot(in), readNumbers(in));
        }
        return new Cut(revision, upTo, strays, readBits(in), readNumbers(in));
    }

    private static void write(Anew anew, ByteBuffer out) {
        Varint.write(anew.times(), out);
        Varint.write(anew.fold(), out);
        Varint.write(anew.revision(), out);
        Varint.write(anew.from(), out);
        Varint.write(anew.lost().size(), out);
        anew.lost().forEach((name, known) -> {
            NAME.write(name, out);
            Varint.write(known, out);
        });
    }

    private static Anew readAnew(ByteBuffer in) {
        long times = Varint.read(in);
        long fold = Varint.read(in);
        long revision = Varint.read(in);
        long from = Varint.read(in);
        Map<String, Long> lost = new TreeMap<>();
        for (int i = count(in); i > 0; i--) {
            lost.put(NAME.read(in), Varint.read(in));
        }
        return new Anew(times, fold, revision, from, lost);
    }

    private static void writeNumbers(Set<Long> rising, ByteBuffer out) {
        Varint.write(rising.size(), out);
        long last = 0;
        for (long number : rising) {
            Varint.write(number - last, out);
            last = number;
        }
    }

    private static Set<Long> readNumbers(ByteBuffer in) {
        Set<Long> numbers = new TreeSet<>();
        long last = 0;
        for (int i = TableWire.checkedCount(Varint.read(in), 1, in); i > 0; i--) {
            last += Varint.read(in);
            numbers.add(last);
        }
        return numbers;
    }

    /** A bit each, the lowest first: of thousands of deltas all may be taken. */
    private static void writeBits(Set<Integer> numbers, ByteBuffer out) {
        BitSet bits = new BitSet();
        numbers.forEach(bits::set);
        byte[] bytes = bits.toByteArray();
        Varint.write(bytes.length, out);
        out.put(bytes);
    }

    private static Set<Integer> readBits(ByteBuffer in) {
        byte[] bytes = new byte[TableWire.checkedCount(Varint.read(in), 1, in)];
        in.get(bytes);
        Set<Integer> numbers = new TreeSet<>();
        BitSet.valueOf(bytes).stream().forEach(numbers::add);
        return numbers;
    }

    private static int numbers(Cut cut) {
        return cut.taken().size()
                + cut.named().size()
                + cut.strays().values().stream()
                        .mapToInt(versions -> versions.size() + 1)
                        .sum();
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

    /** Room for so many slots, and so many numbers beside. */
    private static ByteBuffer buffer(int entries, int numbers) {
        int slots = (entries + 1) * (SLOT_BYTES_MAX + Varint.BYTES_MAX);
        return ByteBuffer.allocate(
                1 + 1 + 12 * Varint.BYTES_MAX + slots + numbers * Varint.BYTES_MAX + 2 * Cut.DELTAS_MAX / Byte.SIZE);
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static <T> T read(byte[] bytes, Reader<T> reader) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            T read = reader.read(in.get(), in);
            if (in.hasRemaining()) {
                throw new MalformedFrame(in.remaining() + " bytes after the end");
            }
            return read;
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("an end that comes too early");
        }
    }

    private interface Reader<T> {
        T read(byte version, ByteBuffer in);
    }

    private static void requireVersion(boolean known, byte version) {
        if (!known) {
            throw new MalformedFrame("version " + version + " where " + VERSION + " is known");
        }
    }
}
