package io.capstan.raft.core;

import java.util.List;

/** What can happen to a member. Closed. */
public sealed interface Input {
    /** One tick of the shell's timer has passed. Late ticks are not made up for. */
    record Tick() implements Input {}

    /**
     * A message arrived.
     *
     * @param to whom the sender meant; a message for an earlier incarnation of this member is dropped
     */
    record Received(MemberId from, MemberId to, Message message) implements Input {}

    /**
     * The connection to a member broke, and what was under way on it is lost. A hint only, unless somebody is ever told to
     * {@link Rest}: while a group rests, nothing else tells of a member's death.
     */
    record Unlinked(MemberId peer) implements Input {}

    /**
     * Nothing is to be done: let the group rest, if all of it is there and agrees. While {@link RaftCore#isResting} the
     * shell need not tick, and nobody says anything; whatever else happens ends it. For shells that tell of every broken
     * connection ({@link Unlinked}) and of a member's end ({@link Message.Farewell}) only.
     */
    record Rest() implements Input {}

    /** All of {@link Effect.Persist} up to {@code ticket} are durable. */
    record Persisted(long ticket) implements Input {}

    /**
     * Term and vote of all {@link Effect.Persist} up to {@code ticket} are durable, whatever becomes of the rest of them: a
     * full disk takes no entries, but a vote.
     */
    record VotePersisted(long ticket) implements Input {}

    /** The state machine has applied everything up to {@code index}; makes room for more {@link Effect.Apply}. */
    record Applied(long index) implements Input {}

    /**
     * Commands to be logged, together and in order; answered by Accepted or Refused.
     *
     * <p>To the core they are bytes, whatever they are to the state machine: clients' sessions (registration, sequence
     * numbers, expiry by log time) are commands too, of the machine that the shell wraps around the user's. So they are
     * logged, replayed and put into snapshots like everything else, and the core has no second kind of state.
     */
    record Propose(long correlation, List<byte[]> commands) implements Input {}

    /**
     * A linearizable read; answered by ReadReady or Refused. A follower asks its leader for the index, and refuses when
     * the leader changes or does not answer for an election timeout.
     *
     * @param lease spare the round while the leader's lease holds: right only while no member's clock runs faster than
     *     another's by more than {@code lease-clock-drift} allows
     */
    record Read(long correlation, boolean lease) implements Input {}

    /** Creates the group: this blank member's first entry. Answered by Accepted or Refused. */
    record Bootstrap(long correlation, List<MemberId> voters) implements Input {}

    /**
     * A membership change, one member at a time (thesis §4); answered by Accepted (in the log) or Refused.
     *
     * @param expected the configuration's index as the caller saw it
     */
    record ChangeMembers(long correlation, long expected, Change change) implements Input {}

    /** Hand leadership to a voter; answered by Accepted once it has been asked to campaign, or Refused. */
    record TransferLeadership(long correlation, MemberId target) implements Input {}

    /** The state after {@code index} is durable in the shell's keeping: the log may forget what is in it. */
    record SnapshotTaken(long index) implements Input {}

    /** A piece asked for with {@link Effect.ReadSnapshot}. */
    record SnapshotRead(MemberId to, long index, long offset, byte[] bytes, boolean last) implements Input {}

    /**
     * What a snapshot's {@link Effect.StoreChunk}s amount to so far: one for each of them, in their order.
     *
     * @param nextOffset the first byte still missing; 0 when the whole is gone (damaged, no room) and must come anew
     * @param complete the last piece is there and the whole verified
     */
    record ChunkStored(SnapshotMeta snapshot, long nextOffset, boolean complete) implements Input {}

    /** One step from a configuration to the next. */
    sealed interface Change {
        MemberId member();

        /** Joins without counting; always the first step (thesis §4.2.1). */
        record AddLearner(MemberId member) implements Change {}

        /** A learner that has caught up begins to count. */
        record Promote(MemberId member) implements Change {}

        record Remove(MemberId member) implements Change {}
    }
}
