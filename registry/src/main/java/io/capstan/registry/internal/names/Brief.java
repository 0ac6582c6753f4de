package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.core.ClaimMessage;
import io.capstan.registry.core.ClaimWire;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesReplica;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What of the mail takes but a moment, as the names are now: only that is done by a thread that is lent, as whoever lent it
 * has others waiting (the links' thread has every channel of every node).
 *
 * <p>Bytes alone do not tell: a few rows may make a hundred thousand visible, one frame may hold two thousand claims, and
 * one claim may be what ten thousand listeners or requests wait for.
 */
final class Brief {
    private static final int CLAIM_BYTES_MAX = 1024;
    private static final int CLAIMS_MAX = 8;
    private static final int CONCERNED_MAX = 32;

    private final NamesReplica replica;
    private final TableLink<String, NameRow> link;
    private final ClaimWire wire;
    private final ToIntFunction<String> concerned;

    /** With how many of this node's users hear of a name when it changes. */
    Brief(NamesReplica replica, TableLink<String, NameRow> link, ClaimWire wire, ToIntFunction<String> concerned) {
        this.replica = replica;
        this.link = link;
        this.wire = wire;
        this.concerned = concerned;
    }

    boolean is(NamesMessage message) {
        if (message instanceof NamesMessage.OnTable table) {
            return link.isBrief(table.event(), this::rows);
        } else if (message instanceof NamesMessage.OnClaims claims) {
            return claims(claims.payload());
        }
        return message instanceof NamesMessage.Request;
    }

    private boolean rows(NodeId from, Frame<String, NameRow> frame) {
        boolean concernsFew = !(frame instanceof Frame.Rows<String, NameRow> rows)
                || rows.rows().stream().allMatch(row -> concernsFew(row.key()));
        return concernsFew && replica.isBrief(from, frame);
    }

    private boolean claims(byte[] payload) {
        if (payload.length > CLAIM_BYTES_MAX) {
            return false;
        }
        try {
            List<ClaimMessage> claims = wire.decode(payload);
            return claims.size() <= CLAIMS_MAX && claims.stream().allMatch(claim -> concernsFew(claim.name()));
        } catch (MalformedFrame e) {
            return true; // It is refused.
        }
    }

    private boolean concernsFew(String name) {
        return concerned.applyAsInt(name) + replica.names().waiting(name) <= CONCERNED_MAX;
    }
}
