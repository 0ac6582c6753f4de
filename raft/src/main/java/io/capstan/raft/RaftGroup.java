package io.capstan.raft;

import io.capstan.raft.internal.client.Requests;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A group, used from this node, wherever its members are. Requests find the leader, follow it through elections, and
 * fail with a {@link RaftFailure} at their deadline. Thread-safe; stages complete on Pekko's threads.
 */
public final class RaftGroup {
    private final String name;
    private final Requests requests;
    private final Codec codec;
    private final Duration readWithin;

    RaftGroup(String name, Requests requests, Codec codec, Duration readWithin) {
        this.name = name;
        this.requests = requests;
        this.codec = codec;
        this.readWithin = readWithin;
    }

    /** The group's name. */
    public String name() {
        return name;
    }

    /** Has the group execute {@code command}; what its state machine answered. */
    public CompletionStage<Object> write(Object command, Within within) {
        byte[] bytes = codec.encode(command);
        return requests.toLeader(
                        name,
                        n -> new ClientFrame.Write(n, name, within.repeats(), bytes),
                        within.repeats(),
                        within.duration())
                .thenApply(this::decoded);
    }

    /** As {@link #write(Object, Within)}, for a reply known to be an {@code A}. */
    public <A> CompletionStage<A> write(Object command, Class<A> reply, Within within) {
        return write(command, within).thenApply(reply::cast);
    }

    /** Has the group answer {@code query}, within {@code capstan.raft.client.read-within}. */
    public CompletionStage<Object> read(Object query, Consistency consistency) {
        return read(query, consistency, Within.within(readWithin));
    }

    /** Has the group answer {@code query}. */
    public CompletionStage<Object> read(Object query, Consistency consistency, Within within) {
        byte[] bytes = codec.encode(query);
        int mode = consistency.mode().code();
        return requests.toLeader(
                        name,
                        n -> new ClientFrame.Read(n, name, mode, consistency.minIndex(), bytes),
                        true,
                        within.duration())
                .thenApply(this::decoded);
    }

    private Object decoded(ClientFrame.Reply reply) {
        if (reply instanceof Answer answer) {
            return codec.decode(answer.reply());
        }
        throw new IllegalStateException("a request of a group was answered with " + reply);
    }
}
