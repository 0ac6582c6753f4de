package io.capstan.registry.core;

import io.capstan.crdt.core.MalformedFrame;
import java.nio.ByteBuffer;

/** The bytes of a {@link NameOutcome}, as part of a reply: kind, body. */
final class OutcomeWire {
    private static final byte REGISTERED = 1;
    private static final byte TAKEN = 2;
    private static final byte TIMED_OUT = 3;
    private static final byte STOPPED = 4;
    private static final byte UNREGISTERED = 5;
    private static final byte UNKNOWN = 6;
    private static final byte NOT_REGISTERED = 7;
    private static final byte STALE = 8;
    private static final byte UNTOLD = 9;

    void write(NameOutcome outcome, ByteBuffer out) {
        if (outcome instanceof NameOutcome.Registered registered) {
            RowCodecs.write(registered.claim(), out.put(REGISTERED));
        } else if (outcome instanceof NameOutcome.Taken taken) {
            ClaimWire.writeClaim(taken.holder(), out.put(TAKEN));
        } else if (outcome instanceof NameOutcome.TimedOut) {
            out.put(TIMED_OUT);
        } else if (outcome instanceof NameOutcome.Stopped) {
            out.put(STOPPED);
        } else if (outcome instanceof NameOutcome.Unregistered unregistered) {
            out.put(UNREGISTERED).put((byte) (unregistered.hadOwner() ? 1 : 0));
        } else if (outcome instanceof NameOutcome.Unknown) {
            out.put(UNKNOWN);
        } else if (outcome instanceof NameOutcome.NotRegistered) {
            out.put(NOT_REGISTERED);
        } else if (outcome instanceof NameOutcome.Stale stale) {
            ClaimWire.writeClaim(stale.holder(), out.put(STALE));
        } else if (outcome instanceof NameOutcome.Untold) {
            out.put(UNTOLD);
        }
    }

    NameOutcome read(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case REGISTERED -> new NameOutcome.Registered(RowCodecs.readClaimId(in));
            case TAKEN -> new NameOutcome.Taken(ClaimWire.readClaim(in));
            case TIMED_OUT -> new NameOutcome.TimedOut();
            case STOPPED -> new NameOutcome.Stopped();
            case UNREGISTERED -> new NameOutcome.Unregistered(ClaimWire.readFlag(in));
            case UNKNOWN -> new NameOutcome.Unknown();
            case NOT_REGISTERED -> new NameOutcome.NotRegistered();
            case STALE -> new NameOutcome.Stale(ClaimWire.readClaim(in));
            case UNTOLD -> new NameOutcome.Untold();
            default -> throw new MalformedFrame("an outcome of unknown kind " + kind);
        };
    }
}
