package io.capstan.registry.internal.folding;

import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.LedgerWire;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.raft.Codec;
import java.util.Arrays;

/**
 * Commands, queries and replies of the group that agrees on folding: version (u8: 1), kind (u8), the space's code (u8), and
 * of a command or a reply what {@link LedgerWire} makes of it. Commands are in the log for ever.
 */
public final class FoldingCodec implements Codec {
    private static final byte VERSION = 1;
    private static final byte COMMAND = 1;
    private static final byte QUERY = 2;
    private static final byte REPLY = 3;
    private static final int HEAD_BYTES = 3;

    /** What a member says of a space of counters. */
    public record Said(Space space, LedgerCommand command) {}

    /** Asks what is known of a space of counters. */
    public record Asked(Space space) {}

    /** What is known of it. */
    public record Known(Space space, LedgerView view) {}

    @Override
    public byte[] encode(Object value) {
        if (value instanceof Said said) {
            return bytes(COMMAND, said.space(), LedgerWire.bytes(said.command()));
        } else if (value instanceof Asked asked) {
            return bytes(QUERY, asked.space(), new byte[0]);
        } else if (value instanceof Known known) {
            return bytes(REPLY, known.space(), LedgerWire.bytes(known.view()));
        }
        throw new IllegalArgumentException("nothing of the folding of counters: " + value.getClass());
    }

    @Override
    public Object decode(byte[] bytes) {
        if (bytes.length < HEAD_BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not of version " + VERSION + ", the only one known here");
        }
        Space space = Space.ofCode(bytes[2]);
        byte[] rest = Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);
        return switch (bytes[1]) {
            case COMMAND -> new Said(space, LedgerWire.command(rest));
            case QUERY -> new Asked(space);
            case REPLY -> new Known(space, LedgerWire.view(rest));
            default -> throw new IllegalArgumentException("of unknown kind " + bytes[1]);
        };
    }

    private static byte[] bytes(byte kind, Space space, byte[] rest) {
        byte[] bytes = new byte[HEAD_BYTES + rest.length];
        bytes[0] = VERSION;
        bytes[1] = kind;
        bytes[2] = (byte) space.code();
        System.arraycopy(rest, 0, bytes, HEAD_BYTES, rest.length);
        return bytes;
    }
}
