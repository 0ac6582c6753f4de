package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.GroupDirectory;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.Input;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.RaftFrame;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** All that can reach a member. */
public sealed interface PeerEvent {
    /** Time passed. */
    record Tick() implements PeerEvent {}

    /** Another member sent this; {@code consumed} gives it its window back. */
    record Frame(String from, RaftFrame frame, Runnable consumed) implements PeerEvent {}

    /** A client asks. */
    record Asked(ClientFrame.Request request, Responder responder) implements PeerEvent {}

    /** A write is durable. */
    record Durable(Effect.Persist persist) implements PeerEvent {}

    /** Term and vote of the write of {@code ticket}, and all before it, are durable; the rest may not be. */
    record VoteDurable(long ticket, HardState state) implements PeerEvent {}

    /** The node's store, which had refused writes, may take them now. */
    record Room() implements PeerEvent {}

    /** The node's store is finished. */
    record StoreEnded(StoreFailure failure) implements PeerEvent {}

    /**
     * The state machine has executed everything up to {@code index}.
     *
     * @param due the timers that fall due next in it, earliest first
     * @param delivering whether messages of its commands are on their way
     * @param version of its behaviour that is in force
     * @param exceptions that commands have met since the member was started
     */
    record Applied(long index, List<Timer> due, boolean delivering, int version, long exceptions)
            implements PeerEvent {}

    /**
     * The state machine is made.
     *
     * @param oldest version that it can behave as
     * @param newest version that it knows
     */
    record MachineMade(int oldest, int newest) implements PeerEvent {}

    /** What the leader is to log about effects. */
    record Errand(byte[] command) implements PeerEvent {}

    /** A node has answered about an effect. */
    record Answered(NodeId from, EffectFrame.Answer answer) implements PeerEvent {}

    /** The state machine can go on no longer. */
    record MachineLost(String why) implements PeerEvent {}

    /** A snapshot of the state after {@code index}, taken here, is durable. */
    record SnapshotWritten(long index) implements PeerEvent {}

    /** Save the snapshot of {@code index}, or a later one, to a file once the log stands on it. */
    record Backup(long index, Path file, CompletableFuture<GroupDirectory.Outcome> outcome) implements PeerEvent {}

    /** Word of a snapshot on its way, from the threads that read and keep its pieces. */
    record SnapshotMoved(Input input) implements PeerEvent {}

    /** The log durably stands on the snapshot of {@code index}. */
    record Compacted(long index) implements PeerEvent {}

    /** Something happened on the links. */
    record Links(MeshEvent event) implements PeerEvent {}

    /** The end. */
    record Stop() implements PeerEvent {}
}
