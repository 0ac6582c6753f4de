package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Bytes;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.effect.EntryEffects;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.LogCommand;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class ReplicatedTest {
    private static final long TTL = 10_000;

    /** Counts how often it is asked to do something. */
    private static final class Counter implements StateMachine<Object, Object> {
        private byte executed;

        @Override
        public Object handleWrite(Object command, LogEntry entry) {
            executed++;
            if (((byte[]) command)[0] == 13) {
                throw new IllegalStateException("on purpose");
            }
            if (((byte[]) command)[0] == 14) {
                throw new NoClassDefFoundError("org/example/Missing");
            }
            return new byte[] {executed};
        }

        @Override
        public Object handleRead(Object query) {
            if (((byte[]) query).length == 14) {
                throw new NoClassDefFoundError("org/example/Missing");
            }
            return new byte[] {executed};
        }
    }

    private long index;
    private long time;

    private Outcome run(Replicated replica, LogCommand command) {
        return replica.execute(new Entry(++index, 1, time, Entry.Kind.COMMAND, command.toBytes()));
    }

    private static LogCommand once(long session, long sequence, int command) {
        return new LogCommand.Once(1, session, sequence, 0, new byte[] {(byte) command});
    }

    private static Replicated replica() {
        return replica(1);
    }

    private static Replicated replica(long epoch) {
        return new Replicated(
                "g",
                epoch,
                new Machine(new Counter(), Bytes.CODEC),
                new EntryEffects.Words(Bytes.CODEC, Bytes.CODEC, ActorRef::toString));
    }

    @Test
    void aCommandLoggedTwiceIsExecutedOnceAndAnsweredAlikeAlsoWhenTheMachineThrew() {
        Replicated replica = replica();
        long session = run(replica, new LogCommand.Opened(1, TTL)).index();

        Outcome first = run(replica, once(session, 1, 5));
        Outcome threw = run(replica, once(session, 2, 13));
        assertThat(run(replica, once(session, 1, 5)).reply()).isEqualTo(first.reply());
        assertThat(run(replica, once(session, 1, 5)).index()).isEqualTo(first.index());
        assertThat(run(replica, once(session, 2, 13)))
                .usingRecursiveComparison()
                .isEqualTo(threw);
        assertThat(threw.why()).isEqualTo(Why.MACHINE);
        assertThat(replica.machine().read(index, new byte[0]).reply()).containsExactly(2);
    }

    @Test
    void aRetryAfterTheSessionsEndIsRefusedAndNotExecutedAfresh() {
        Replicated replica = replica();
        long session = run(replica, new LogCommand.Opened(1, TTL)).index();
        run(replica, once(session, 1, 5));
        time += TTL + 1;

        assertThat(run(replica, once(session, 1, 5)).why()).isEqualTo(Why.EXPIRED);
        assertThat(replica.machine().read(index, new byte[0]).reply()).containsExactly(1);
    }

    @Test
    void sessionsComeBackWithASnapshot() {
        Replicated replica = replica();
        long session = run(replica, new LogCommand.Opened(1, TTL)).index();
        Outcome first = run(replica, once(session, 1, 5));
        Iterable<byte[]> records = replica.records();
        run(replica, once(session, 2, 5));

        Replicated restored = replica();
        restored.clear();
        records.forEach(restored::restore);

        assertThat(run(restored, once(session, 1, 5)).reply()).isEqualTo(first.reply());
        assertThat(run(restored, once(session, 2, 5)).reply())
                .as("came after the snapshot")
                .containsExactly(1);
    }

    /** Forced recovery and restore make the group again, in a higher epoch, from the same entries. */
    @Test
    void aRetryAfterTheGroupWasMadeAgainIsAnsweredAsTheFirst() {
        Replicated before = replica(1);
        List<LogCommand> log = List.of(new LogCommand.Opened(1, TTL), once(1, 1, 5), once(1, 2, 5));
        List<Outcome> outcomes =
                log.stream().map(command -> run(before, command)).toList();

        index = 0;
        Replicated again = replica(7);
        log.forEach(command -> run(again, command));
        long other = run(again, new LogCommand.Opened(7, TTL)).index();

        assertThat(run(again, once(1, 1, 5)).reply()).isEqualTo(outcomes.get(1).reply());
        assertThat(run(again, once(1, 2, 5)).index()).isEqualTo(outcomes.get(2).index());
        assertThat(run(again, once(other, 1, 5)).why())
                .as("of the same index, opened in the making that is no more")
                .isEqualTo(Why.EXPIRED);
        assertThat(again.machine().read(index, new byte[0]).reply()).containsExactly(2);
    }

    /** Pekko takes it for the end of the JVM: a query ended one node after the other. */
    @Test
    void aClassThatIsMissingEndsTheReplicaThatWasToExecuteACommandAndNobodyThatWasToAnswerAQuery() {
        Replicated replica = replica();
        assertThat(replica.machine().read(1, new byte[14]).why()).isEqualTo(Why.MACHINE);
        assertThatThrownBy(() -> run(replica, new LogCommand.Plain(new byte[] {14})))
                .isInstanceOf(MachineUnfit.class)
                .hasMessageContaining("org/example/Missing");
    }

    @Test
    void bytesThatAreNoCommandAreRefusedOnEveryReplicaAlike() {
        Entry entry = new Entry(1, 1, 0, Entry.Kind.COMMAND, new byte[] {9, 9});
        assertThat(replica().execute(entry).why()).isEqualTo(Why.INVALID);
        assertThat(run(replica(), new LogCommand.Open(TTL)).why())
                .as("without the epoch that its leader adds")
                .isEqualTo(Why.INVALID);
    }
}
