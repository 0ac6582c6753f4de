package io.capstan.raft.internal.wire;

import io.capstan.actors.internal.link.Channel;
import io.capstan.raft.core.MemberId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client and a member tell each other. Closed; the codes are on the wire and never used again.
 *
 * <pre>
 *   u8   version: 1
 *   u8   kind
 *   i64  correlation, the client's own
 *   ...  the fields in the order of the record
 * </pre>
 */
public sealed interface ClientFrame {
    /** Its code is on the wire. */
    Channel CHANNEL = new Channel(33, "raft-client", Channel.Priority.NORMAL);

    int VERSION = 1;

    long correlation();

    /** What a client asks of a member. */
    sealed interface Request extends ClientFrame {
        String group();
    }

    /** What a member answers. */
    sealed interface Reply extends ClientFrame {}

    /**
     * Log this command: a {@link LogCommand} of kind Plain, Open or Once. The client may send it again, and so wants to know
     * early when the outcome becomes unknown.
     */
    record Write(long correlation, String group, byte[] command) implements Request {}

    /**
     * Answer this query.
     *
     * @param mode 0 linearizable, 1 by the leader's lease, 2 from whatever this member has applied
     * @param minIndex for mode 2: not before this index is applied
     * @param withinMillis after which the client asks elsewhere, so that the member need not keep the query
     */
    record Read(long correlation, String group, int mode, long minIndex, int withinMillis, byte[] query)
            implements Request {
        /** Whether the leader has to ask whether it still is the leader. */
        public boolean isLinearizable() {
            return mode == 0;
        }
    }

    /** Who are you in this group? Answered by {@link Member}. */
    record Probe(long correlation, String group) implements Request {}

    /**
     * Make the group, with these members; for a blank member only.
     *
     * @param above its recovery epoch is to be higher; 0 if nobody has seen one
     */
    record Bootstrap(long correlation, String group, List<MemberId> voters, long above) implements Request {}

    /**
     * One step of the membership.
     *
     * @param expected the configuration's index as the client saw it
     */
    record Change(long correlation, String group, Step step, MemberId member, long expected) implements Request {}

    /** Hand the leadership to this voter. */
    record Transfer(long correlation, String group, MemberId target) implements Request {}

    /** Write a snapshot now; answered when it is durable. */
    record TakeSnapshot(long correlation, String group) implements Request {}

    /** What do you know of your group, as its leader? Answered by {@link Description}. */
    record Describe(long correlation, String group) implements Request {}

    /** What {@link Change} does. The codes are on the wire. */
    enum Step {
        ADD_LEARNER(1),
        PROMOTE(2),
        REMOVE(3);

        private final int code;

        Step(int code) {
            this.code = code;
        }

        static Step of(int code) {
            for (Step step : values()) {
                if (step.code == code) {
                    return step;
                }
            }
            throw new Malformed("a change of unknown kind " + code);
        }

        int code() {
            return code;
        }
    }

    /** Done; what the state machine answered. */
    record Answer(long correlation, long index, byte[] reply) implements Reply {}

    /** Not done, or not known to be; see {@link Why}. */
    record Refused(long correlation, Why why, String leader, int voters, int reached, String text) implements Reply {
        /** The text of a member that has not been told of any group: others may know more. */
        public static final String NO_GROUP = "this member is in no group yet";
    }

    /**
     * Who the member is.
     *
     * @param id null while it is in no group
     * @param voters names; empty while it is in no group
     * @param formerEpoch the highest recovery epoch of members of the group that its directory had before, and forgot; 0
     *     for none
     */
    record Member(
            long correlation, long incarnation, @Nullable GroupId id, List<String> voters, long formerEpoch)
            implements Reply {}

    /**
     * A group as its leader knows it.
     *
     * @param configuration index of the membership in force
     */
    record Description(
            long correlation,
            GroupId id,
            MemberId leader,
            long term,
            long commit,
            long configuration,
            List<Described> members)
            implements Reply {}

    /** A member as its leader knows it. */
    record Described(MemberId id, boolean votes, long match, long silentMillis, boolean caughtUp) {}

    /** Why a member refused. The codes are on the wire. */
    enum Why {
        /** Nothing was done; {@code leader} may know better. */
        NOT_LEADER(1),
        /** Nothing was done; this node has no member of the group. */
        NO_PEER(2),
        /** Nothing was done; too much is waiting. */
        OVERLOADED(3),
        /** It may be done or not: the member ceased to lead, or stopped, before it knew. */
        UNKNOWN(4),
        /** Nothing was done, nor would be the next time. */
        INVALID(5),
        /** It was logged, and the state machine threw; on every member alike. */
        MACHINE(6),
        /** This attempt did nothing, for its session is over; whether an earlier one did nobody knows any more. */
        EXPIRED(7),
        /** Nothing was done, and now it cannot be: the membership is changing, or a member is too far behind. */
        NOT_NOW(8);

        private final int code;

        Why(int code) {
            this.code = code;
        }

        static Why of(int code) {
            for (Why why : values()) {
                if (why.code == code) {
                    return why;
                }
            }
            throw new Malformed("a refusal of unknown kind " + code);
        }

        int code() {
            return code;
        }
    }

    /** Its bytes on the wire. */
    default byte[] toBytes() {
        return ClientFrameCodec.write(this);
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws Malformed when it is not that
     */
    static ClientFrame of(byte[] bytes) {
        return ClientFrameCodec.read(bytes);
    }
}
