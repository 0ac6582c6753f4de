package io.capstan.raft;

import io.capstan.actors.NodeId;
import io.capstan.raft.internal.client.Requests;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A group, used from this node, wherever its members are. Requests find the leader, follow it through elections, and
 * fail with a {@link RaftFailure} at their deadline, or with a {@link io.capstan.actors.StoppingFailure} once this node has
 * stopped. Thread-safe; what depends on a stage runs on the node's default
 * threads, or at once if it is complete already. No call waits; but while little is under way a call may do on its caller's thread
 * what the node has to do for it, which takes some stack and, seldom, a few milliseconds.
 */
public final class RaftGroup {
    private final String name;
    private final Requests requests;
    private final Codec codec;
    private final Duration readWithin;

    RaftGroup(String name, Requests requests, Codec codec, Duration readWithin) {
        this.name = NodeId.requireName(name);
        this.requests = requests;
        this.codec = codec;
        this.readWithin = readWithin;
    }

    /** The group's name. */
    public String name() {
        return name;
    }

    /**
     * Has the group execute {@code command}; what its state machine answered. It is executed once, however often it has
     * to be sent, unless {@link Within#repeatable} says that more often does no harm.
     */
    public CompletionStage<Object> write(Object command, Within within) {
        return requests.promise(logged(command, within, this::value));
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
        return read(query, consistency, within, this::value);
    }

    /**
     * What was answered.
     *
     * @param index of the command; of a query, up to which the answer has seen the log. {@link Consistency#stale} with it
     *     sees the same or more, on any member
     */
    public record Indexed(Object value, long index) {}

    /** As {@link #write(Object, Within)}, and where the command stands in the log. */
    public CompletionStage<Indexed> writeIndexed(Object command, Within within) {
        return requests.promise(logged(command, within, this::indexed));
    }

    private <T> CompletionStage<T> logged(Object command, Within within, Function<Answer, T> takes) {
        return asked(command, bytes -> requests.write(name, bytes, within.repeats(), within.duration()), takes);
    }

    /** As {@link #read(Object, Consistency, Within)}, and what the answer has seen. */
    public CompletionStage<Indexed> readIndexed(Object query, Consistency consistency, Within within) {
        return read(query, consistency, within, this::indexed);
    }

    private <T> CompletionStage<T> read(
            Object query, Consistency consistency, Within within, Function<Answer, T> takes) {
        return asked(
                query,
                bytes -> requests.read(
                        name, consistency.mode().code(), consistency.minIndex(), bytes, within.duration()),
                takes);
    }

    /**
     * As {@link #readIndexed}, for a query that waits ({@link StateMachine#waitsFor}): one member is asked, and answers when
     * it has news, or as things stand when half of the time is over. Whoever waits for longer asks again.
     */
    public CompletionStage<Indexed> await(Object query, Consistency consistency, Within within) {
        return asked(
                query,
                bytes -> requests.await(
                        name, consistency.mode().code(), consistency.minIndex(), bytes, within.duration()),
                this::indexed);
    }

    private <T> CompletionStage<T> asked(
            Object what, Function<byte[], CompletionStage<ClientFrame.Reply>> request, Function<Answer, T> takes) {
        byte[] bytes;
        try {
            bytes = codec.encode(what);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.INVALID,
                    "group " + name + ": its codec cannot write a "
                            + what.getClass().getName() + " (" + refused + ")"));
        }
        return request.apply(bytes).thenApply(reply -> {
            if (reply instanceof Answer answer) {
                return takes.apply(answer);
            }
            throw new IllegalStateException("a request of a group was answered with " + reply);
        });
    }

    private Object value(Answer answer) {
        return codec.decode(answer.reply());
    }

    private Indexed indexed(Answer answer) {
        return new Indexed(value(answer), answer.index());
    }
}
