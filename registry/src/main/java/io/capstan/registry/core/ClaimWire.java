package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of {@link ClaimMessage}s, the protocol of channel 49: version, then one message or more, each type, name, body.
 * Closed: what is unknown is refused. Numbers are big-endian, byte fields length-prefixed. Thread-safe.
 */
public final class ClaimWire {
    /** Raised with a change of the bytes after a release; that a frame holds several messages came before the first. */
    static final byte VERSION = 1;

    /** Most owners of one name in one outcome; a larger conflict is resolved in parts. */
    public static final int RIVALS_MAX = 1_024;

    private static final byte SEEN = 1;
    private static final byte REFUSED = 2;
    private static final byte ASK = 3;
    private static final byte OUTCOME = 4;
    private static final byte YIELD = 5;
    private static final byte WON = 6;
    private static final byte FORWARD = 7;
    private static final byte REPLY = 8;
    private static final byte TOLD = 9;

    private static final byte REGISTER = 1;
    private static final byte UNREGISTER = 2;
    private static final byte UPDATE = 3;

    private static final int CLAIM_ID_BYTES = 16;

    /** All fixed fields of any message, with room for two claims. */
    private static final int FIXED_BYTES_MAX = 256 + 3 * RowCodecs.NAME_BYTES_MAX;

    private static final Codec<NodeId> NODE = Codec.nodeId();

    private final OutcomeWire outcomes = new OutcomeWire();

    /** One frame of the frames of one message each, in their order. */
    public byte[] join(List<byte[]> frames) {
        if (frames.size() == 1) {
            return frames.get(0);
        }
        ByteBuffer out = ByteBuffer.allocate(joinedBytes(frames)).put(VERSION);
        frames.forEach(frame -> out.put(frame, 1, frame.length - 1));
        return out.array();
    }

    /** How long the frame is that {@link #join} makes. */
    private static int joinedBytes(List<byte[]> frames) {
        return 1 + frames.stream().mapToInt(frame -> frame.length - 1).sum();
    }

    /** Writes a frame of one message. */
    public byte[] encode(ClaimMessage message) {
        ByteBuffer out = ByteBuffer.allocate(bytesMax(message)).put(VERSION);
        if (message instanceof ClaimMessage.Seen seen) {
            begin(SEEN, seen, out);
            RowCodecs.write(seen.claim(), out);
            out.put(seen.state().code);
            writeOptional(seen.yielded(), out);
        } else if (message instanceof ClaimMessage.Refused refused) {
            begin(REFUSED, refused, out);
            RowCodecs.write(refused.claim(), out);
            writeClaim(refused.standing(), out);
            out.put((byte) (refused.ordered() ? 1 : 0));
        } else if (message instanceof ClaimMessage.Ask ask) {
            begin(ASK, ask, out);
            RowCodecs.write(ask.claim(), out);
            out.put((byte) (ask.ordered() ? 1 : 0));
        } else if (message instanceof ClaimMessage.Outcome outcome) {
            begin(OUTCOME, outcome, out);
            writeOptional(outcome.winner(), out);
            out.putShort((short) outcome.rivals().size());
            outcome.rivals().forEach(rival -> RowCodecs.write(rival, out));
        } else {
            encodeMore(message, out);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private void encodeMore(ClaimMessage message, ByteBuffer out) {
        if (message instanceof ClaimMessage.Yield yield) {
            begin(YIELD, yield, out);
            writeClaim(yield.loser(), out);
            RowCodecs.write(yield.winner(), out);
            out.putLong(yield.number());
        } else if (message instanceof ClaimMessage.Won won) {
            begin(WON, won, out);
            RowCodecs.write(won.loser(), out);
            writeClaim(won.winner(), out);
            out.putLong(won.number());
        } else if (message instanceof ClaimMessage.Forward forward) {
            begin(FORWARD, forward, out);
            out.putLong(forward.within());
            writeRequest(forward.request(), out);
        } else if (message instanceof ClaimMessage.Reply reply) {
            begin(REPLY, reply, out);
            writeCaller(reply.caller(), out);
            outcomes.write(reply.outcome(), out);
        } else if (message instanceof ClaimMessage.Told told) {
            begin(TOLD, told, out);
            RowCodecs.CLAIM_ROW.write(told.loser(), out);
            Claim winner = told.winner();
            out.put((byte) (winner == null ? 0 : 1));
            if (winner != null) {
                writeClaim(winner, out);
            }
        }
    }

    /**
     * Reads a frame.
     *
     * @throws MalformedFrame when the bytes are not whole messages of version 1
     */
    public List<ClaimMessage> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedFrame("claims protocol version " + version + " where " + VERSION + " is spoken");
            }
            List<ClaimMessage> messages = new ArrayList<>(1);
            do {
                messages.add(read(in.get(), RowCodecs.NAME.read(in), in));
            } while (in.hasRemaining());
            return messages;
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("a claims' message that ends after " + bytes.length + " bytes, too early");
        } catch (IllegalArgumentException e) {
            throw new MalformedFrame("a claims' message with " + e.getMessage());
        }
    }

    private ClaimMessage read(byte type, String name, ByteBuffer in) {
        return switch (type) {
            case SEEN ->
                new ClaimMessage.Seen(name, RowCodecs.readClaimId(in), RowCodecs.readState(in), readOptional(in));
            case REFUSED -> new ClaimMessage.Refused(name, RowCodecs.readClaimId(in), readClaim(in), readFlag(in));
            case ASK -> new ClaimMessage.Ask(name, RowCodecs.readClaimId(in), readFlag(in));
            case OUTCOME -> readOutcome(name, in);
            case YIELD -> new ClaimMessage.Yield(name, readClaim(in), RowCodecs.readClaimId(in), in.getLong());
            case WON -> new ClaimMessage.Won(name, RowCodecs.readClaimId(in), readClaim(in), in.getLong());
            case FORWARD -> readForward(name, in);
            case REPLY -> new ClaimMessage.Reply(name, readCaller(in), outcomes.read(in));
            case TOLD -> new ClaimMessage.Told(name, RowCodecs.CLAIM_ROW.read(in), readFlag(in) ? readClaim(in) : null);
            default -> throw new MalformedFrame("a claims' message of unknown type " + type);
        };
    }

    private static int bytesMax(ClaimMessage message) {
        int bytes = FIXED_BYTES_MAX + 2 * (RowCodecs.PROCESS_BYTES_MAX + RowCodecs.METADATA_BYTES_MAX);
        if (message instanceof ClaimMessage.Outcome outcome) {
            bytes += outcome.rivals().size() * CLAIM_ID_BYTES;
        }
        return bytes;
    }

    private static void begin(byte type, ClaimMessage message, ByteBuffer out) {
        RowCodecs.NAME.write(message.name(), out.put(type));
    }

    private static ClaimMessage.Outcome readOutcome(String name, ByteBuffer in) {
        ClaimId winner = readOptional(in);
        int count = Short.toUnsignedInt(in.getShort());
        if (count > RIVALS_MAX || count > in.remaining() / CLAIM_ID_BYTES) {
            throw new MalformedFrame("an outcome that promises " + count + " rivals in " + in.remaining() + " bytes");
        }
        List<ClaimId> rivals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            rivals.add(RowCodecs.readClaimId(in));
        }
        return new ClaimMessage.Outcome(name, rivals, winner);
    }

    private static void writeRequest(NameRequest request, ByteBuffer out) {
        writeCaller(request.caller(), out);
        if (request instanceof NameRequest.Register register) {
            out.put(REGISTER);
            out.put((byte) (register.takeOver() ? 1 : 0)).put(register.loss().code);
            RowCodecs.PROCESS.write(register.process(), out);
            RowCodecs.METADATA.write(register.metadata(), out);
        } else if (request instanceof NameRequest.Update update) {
            RowCodecs.METADATA.write(update.expected(), out.put(UPDATE));
            RowCodecs.METADATA.write(update.metadata(), out);
        } else {
            out.put(UNREGISTER);
        }
    }

    /** The deadline is the receiver's to compute, from {@code within}. */
    private static ClaimMessage.Forward readForward(String name, ByteBuffer in) {
        long within = in.getLong();
        if (within < 0) {
            throw new MalformedFrame("a request within " + within + " ms");
        }
        Caller caller = readCaller(in);
        byte kind = in.get();
        return switch (kind) {
            case REGISTER ->
                new ClaimMessage.Forward(
                        new NameRequest.Register(
                                caller,
                                name,
                                0,
                                readFlag(in),
                                RowCodecs.readLoss(in),
                                RowCodecs.PROCESS.read(in),
                                RowCodecs.METADATA.read(in)),
                        within);
            case UNREGISTER -> new ClaimMessage.Forward(new NameRequest.Unregister(caller, name, 0), within);
            case UPDATE ->
                new ClaimMessage.Forward(
                        new NameRequest.Update(
                                caller, name, 0, RowCodecs.METADATA.read(in), RowCodecs.METADATA.read(in)),
                        within);
            default -> throw new MalformedFrame("a request of unknown kind " + kind);
        };
    }

    private static void writeCaller(Caller caller, ByteBuffer out) {
        NODE.write(caller.node(), out);
        out.putLong(caller.number());
    }

    private static Caller readCaller(ByteBuffer in) {
        return new Caller(NODE.read(in), in.getLong());
    }

    static void writeClaim(Claim claim, ByteBuffer out) {
        NODE.write(claim.node(), out);
        RowCodecs.CLAIM_ROW.write(claim.row(), out);
    }

    static Claim readClaim(ByteBuffer in) {
        return new Claim(NODE.read(in), RowCodecs.CLAIM_ROW.read(in));
    }

    private static void writeOptional(@Nullable ClaimId id, ByteBuffer out) {
        out.put((byte) (id == null ? 0 : 1));
        if (id != null) {
            RowCodecs.write(id, out);
        }
    }

    private static @Nullable ClaimId readOptional(ByteBuffer in) {
        return readFlag(in) ? RowCodecs.readClaimId(in) : null;
    }

    static boolean readFlag(ByteBuffer in) {
        byte flag = in.get();
        if (flag != 0 && flag != 1) {
            throw new MalformedFrame("a claims' message with the unknown flag " + flag);
        }
        return flag == 1;
    }
}
