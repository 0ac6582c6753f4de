package io.capstan.raft.internal.session;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.LogCommand;
import io.capstan.raft.internal.wire.Out;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ClientSessionTest {
    private static final byte[] COMMAND = {5};

    /** What was sent, and what it is answered with when the test says so. */
    private final List<LogCommand> sent = new ArrayList<>();

    private final List<CompletableFuture<Reply>> answers = new ArrayList<>();
    private final ClientSession session = new ClientSession("g", ofSeconds(60), this::send, Runnable::run);

    private CompletionStage<Reply> send(LogCommand command, java.time.Duration within) {
        sent.add(command);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    }

    private void answer(int which, long index) {
        answers.get(which).complete(new Answer(0, index, new Out(8).i64(7).toBytes()));
    }

    private LogCommand.Once once(int which) {
        return (LogCommand.Once) sent.get(which);
    }

    @Test
    void theFirstWriteOpensTheSessionAndAllThatComeMeanwhileWaitForIt() {
        session.write(COMMAND, ofSeconds(20));
        session.write(COMMAND, ofSeconds(20));
        assertThat(sent).hasSize(1).first().isInstanceOf(LogCommand.Open.class);
        answer(0, 11);

        assertThat(sent).hasSize(3);
        assertThat(once(1).epoch()).isEqualTo(7);
        assertThat(once(1).session()).isEqualTo(11);
        assertThat(List.of(once(1).sequence(), once(2).sequence())).containsExactlyInAnyOrder(1L, 2L);
        answer(1, 12);
    }

    @Test
    void whatIsAnsweredIsCalledSettledByTheNext() {
        session.write(COMMAND, ofSeconds(20));
        answer(0, 11);
        session.write(COMMAND, ofSeconds(20));
        session.write(COMMAND, ofSeconds(20));
        assertThat(once(3).settled()).isEqualTo(1);
        answer(2, 13);
        session.write(COMMAND, ofSeconds(20));
        assertThat(once(4).settled()).as("1 is still under way").isEqualTo(1);
        answer(1, 12);
        session.write(COMMAND, ofSeconds(20));
        assertThat(once(5).settled()).isEqualTo(3);
    }

    @Test
    void aCommandThatWasNeverExecutedGoesIntoANewSessionWhenItsOwnIsOver() {
        CompletionStage<Reply> write = session.write(COMMAND, ofSeconds(20));
        answer(0, 11);
        answers.get(1).completeExceptionally(new SessionExpired("over"));
        assertThat(sent.get(2)).isInstanceOf(LogCommand.Open.class);
        answer(2, 20);
        assertThat(once(3).session()).isEqualTo(20);
        answer(3, 21);
        assertThat(write.toCompletableFuture().join()).isInstanceOf(Answer.class);
    }

    @Test
    void aWriteWhoseSessionCannotBeOpenedInTimeDidNothing() {
        CompletionStage<Reply> write = session.write(COMMAND, ofMillis(5));
        assertThat(failure(write))
                .isInstanceOfSatisfying(
                        RaftFailure.class, refused -> assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.NO_LEADER));
        CompletionStage<Reply> other = session.write(COMMAND, ofSeconds(20));
        answers.get(0)
                .completeExceptionally(new CompletionException(
                        new RaftFailure(RaftFailure.Kind.UNKNOWN_OUTCOME, "perhaps opened, which does no harm")));
        assertThat(sent).as("the other opens again").hasSize(2);
        answer(1, 11);
        answer(2, 12);
        assertThat(other.toCompletableFuture().join()).isInstanceOf(Answer.class);
    }

    private static Throwable failure(CompletionStage<Reply> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            return java.util.Objects.requireNonNull(failed.getCause());
        }
        throw new AssertionError("it was answered");
    }
}
