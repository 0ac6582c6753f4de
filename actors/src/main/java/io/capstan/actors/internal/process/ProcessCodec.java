package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How two agents talk, version 2. (Version 1, which was never released, had no UNLINKED.)
 *
 * <pre>
 * frame    version u8 = 2, kind u8, session u64, operations (kind 2 only)
 * kind 1   open: the session of the sender, which the other's frames name from now on; said again to a peer that opens
 *          its own, as it may not have listened the first time
 * kind 2   operations, for the receiver's session
 *
 * WATCH  1   id u64, process text            tell me DOWN id when it is gone
 * CALL   2   id u64, process text, reply text the same, and tell the reply reference through Artery instead
 * UNWATCH 3  id u64
 * DOWN   4   id u64, reason
 * LINK   5   from text, to text
 * UNLINK 6   from text, to text
 * EXIT   7   from text, to text, by-link u8 (0 or 1), reason
 * UNLINKED 8 from text, to text                 the answer to every UNLINK; from and to change places
 *
 * text     length u16, UTF-8         at most {@value #TEXT_BYTES_MAX} bytes
 * reason   kind u8, detail text
 * </pre>
 *
 * Numbers are big-endian. References are as Pekko prints them, address included.
 */
final class ProcessCodec {
    static final int VERSION = 2;
    static final int TEXT_BYTES_MAX = 2048;

    /** Longest operation, in bytes. */
    static final int OPERATION_BYTES_MAX = 3 * (2 + TEXT_BYTES_MAX) + 16;

    private static final int HEADER_BYTES = 10;
    private static final int OPEN = 1;
    private static final int OPERATIONS = 2;

    /** One thing that an agent tells the other. */
    sealed interface Operation {
        record Watch(long id, String process) implements Operation {}

        record Call(long id, String process, String replyTo) implements Operation {}

        record Unwatch(long id) implements Operation {}

        record Down(long id, ExitReason reason) implements Operation {}

        record Link(String from, String to) implements Operation {}

        record Unlink(String from, String to) implements Operation {}

        record Unlinked(String from, String to) implements Operation {}

        record Exit(String from, String to, boolean byLink, ExitReason reason) implements Operation {}
    }

    /** What comes over the channel. */
    sealed interface Frame {
        record Open(long session) implements Frame {}

        record Operations(long session, List<Operation> operations) implements Frame {}
    }

    /** Bytes that are no frame of this protocol, or of a version unknown here. */
    static class Malformed extends RuntimeException {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** A frame of another version: of the whole there is nothing that can be understood. */
    static final class OtherVersion extends Malformed {
        OtherVersion(int version) {
            super("version " + version + " of the protocol of processes is not spoken here, only " + VERSION);
        }
    }

    private ProcessCodec() {}

    static byte[] open(long session) {
        return header(ByteBuffer.allocate(HEADER_BYTES), OPEN, session).array();
    }

    /** Begins a frame of operations in {@code out}, in place of what it holds. */
    static void begin(ByteBuffer out, long session) {
        header(out.clear(), OPERATIONS, session);
    }

    private static ByteBuffer header(ByteBuffer out, int kind, long session) {
        return out.put((byte) VERSION).put((byte) kind).putLong(session);
    }

    /** Whether a text may be part of an operation. */
    static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES_MAX;
    }

    /** Adds one operation to {@code out}, which has room for it. */
    static void put(ByteBuffer out, Operation operation) {
        if (operation instanceof Operation.Watch watch) {
            text(out.put((byte) 1).putLong(watch.id()), watch.process());
        } else if (operation instanceof Operation.Call call) {
            text(text(out.put((byte) 2).putLong(call.id()), call.process()), call.replyTo());
        } else if (operation instanceof Operation.Unwatch unwatch) {
            out.put((byte) 3).putLong(unwatch.id());
        } else if (operation instanceof Operation.Down down) {
            reason(out.put((byte) 4).putLong(down.id()), down.reason());
        } else if (operation instanceof Operation.Link link) {
            text(text(out.put((byte) 5), link.from()), link.to());
        } else if (operation instanceof Operation.Unlink unlink) {
            text(text(out.put((byte) 6), unlink.from()), unlink.to());
        } else if (operation instanceof Operation.Exit exit) {
            text(text(out.put((byte) 7), exit.from()), exit.to()).put((byte) (exit.byLink() ? 1 : 0));
            reason(out, exit.reason());
        } else if (operation instanceof Operation.Unlinked unlinked) {
            text(text(out.put((byte) 8), unlinked.from()), unlinked.to());
        }
    }

    private static ByteBuffer text(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return out.putShort((short) bytes.length).put(bytes);
    }

    static void reason(ByteBuffer out, ExitReason reason) {
        text(out.put((byte) code(reason.kind())), reason.detail());
    }

    /** Reads a whole frame. */
    static Frame read(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new OtherVersion(version);
            }
            int kind = in.get();
            long session = in.getLong();
            if (kind == OPEN && !in.hasRemaining()) {
                return new Frame.Open(session);
            }
            if (kind != OPERATIONS) {
                throw new Malformed("no frame of processes has kind " + kind);
            }
            List<Operation> operations = new ArrayList<>();
            while (in.hasRemaining()) {
                operations.add(operation(in));
            }
            return new Frame.Operations(session, operations);
        } catch (BufferUnderflowException e) {
            throw new Malformed("a frame of processes is cut off");
        }
    }

    private static Operation operation(ByteBuffer in) {
        int code = in.get();
        return switch (code) {
            case 1 -> new Operation.Watch(in.getLong(), text(in));
            case 2 -> new Operation.Call(in.getLong(), text(in), text(in));
            case 3 -> new Operation.Unwatch(in.getLong());
            case 4 -> new Operation.Down(in.getLong(), reason(in));
            case 5 -> new Operation.Link(text(in), text(in));
            case 6 -> new Operation.Unlink(text(in), text(in));
            case 7 -> new Operation.Exit(text(in), text(in), flag(in), reason(in));
            case 8 -> new Operation.Unlinked(text(in), text(in));
            default -> throw new Malformed("no operation of processes has code " + code);
        };
    }

    private static boolean flag(ByteBuffer in) {
        int value = in.get();
        if (value != 0 && value != 1) {
            throw new Malformed("a flag is 0 or 1, got " + value);
        }
        return value == 1;
    }

    private static String text(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > TEXT_BYTES_MAX || length > in.remaining()) {
            throw new Malformed("a text of " + length + " bytes in a frame of processes");
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("a text in a frame of processes is not UTF-8");
        }
    }

    static ExitReason reason(ByteBuffer in) {
        int code = in.get();
        String detail = text(in);
        for (ExitReason.Kind kind : ExitReason.Kind.values()) {
            if (code(kind) == code) {
                return ExitReason.of(kind, detail);
            }
        }
        throw new Malformed("no exit reason has code " + code);
    }

    /** On the wire: never changes. */
    private static int code(ExitReason.Kind kind) {
        return switch (kind) {
            case NORMAL -> 1;
            case SHUTDOWN -> 2;
            case CRASHED -> 3;
            case KILLED -> 4;
            case STOPPED -> 5;
            case NOPROC -> 6;
            case NOCONNECTION -> 7;
        };
    }
}
