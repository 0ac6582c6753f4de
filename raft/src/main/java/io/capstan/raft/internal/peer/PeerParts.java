package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.Codec;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.Way;
import io.capstan.raft.internal.log.DurableLog;
import io.capstan.raft.internal.snapshot.Snapshotting;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a member is made of.
 *
 * @param machine makes its state machine, once it is in a group
 * @param effects the way to where they take place
 * @param lastWords says its farewells
 * @param publish told of its status after every step
 * @param ended run when the actor has ended, for whatever reason
 */
record PeerParts(
        String group,
        RaftSettings settings,
        Mesh mesh,
        DurableLog log,
        Supplier<? extends StateMachine<?, ?>> machine,
        Codec codec,
        Snapshotting snapshots,
        Way effects,
        LastWords lastWords,
        Consumer<GroupStatus> publish,
        Runnable ended) {}
