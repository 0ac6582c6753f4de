package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command or a query.
 *
 * @param index of the command, or of what the query has seen
 * @param reply of the state machine; empty when it was refused
 * @param why it was refused, null when it was not
 * @param text says so to people
 */
record Outcome(long index, byte[] reply, @Nullable Why why, String text) {
    /** Longest reply that fits a frame with its envelope. */
    private static final int REPLY_BYTES_MAX = Mesh.PAYLOAD_BYTES_MAX - 1024;

    private static final byte[] NOTHING = new byte[0];

    static Outcome reply(long index, byte[] reply) {
        return reply.length <= REPLY_BYTES_MAX
                ? new Outcome(index, reply, null, "")
                : threw(index, "a reply of " + reply.length + " bytes; the most is " + REPLY_BYTES_MAX);
    }

    static Outcome threw(long index, String text) {
        return refused(index, Why.MACHINE, text);
    }

    static Outcome refused(long index, Why why, String text) {
        return new Outcome(index, NOTHING, why, text);
    }

    void tell(Pending.Waiting waiting) {
        if (why == null) {
            waiting.responder().reply(new Answer(waiting.request().correlation(), index, reply));
        } else {
            waiting.refuse(why, "", 0, 0, text);
        }
    }
}
