package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.Codec;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.effect.EntryEffects;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.LogCommand;
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
            return new byte[] {executed};
        }

        @Override
        public Object handleRead(Object query) {
            return new byte[] {executed};
        }
    }

    private static final Codec BYTES = new Codec() {
        @Override
        public byte[] encode(Object value) {
            return (byte[]) value;
        }

        @Override
        public Object decode(byte[] bytes) {
            return bytes;
        }
    };

    private long index;
    private long time;

    private Outcome run(Replicated replica, LogCommand command) {
        return replica.execute(new Entry(++index, 1, time, Entry.Kind.COMMAND, command.toBytes()));
    }

    private static LogCommand once(long session, long sequence, int command) {
        return new LogCommand.Once(1, session, sequence, 0, new byte[] {(byte) command});
    }

    private static Replicated replica() {
        return new Replicated(
                "g", 1, new Machine(new Counter(), BYTES), new EntryEffects.Words(BYTES, BYTES, ActorRef::toString));
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

    @Test
    void bytesThatAreNoCommandAreRefusedOnEveryReplicaAlike() {
        Entry entry = new Entry(1, 1, 0, Entry.Kind.COMMAND, new byte[] {9, 9});
        assertThat(replica().execute(entry).why()).isEqualTo(Why.INVALID);
        assertThat(run(replica(), new LogCommand.Open(TTL)).why())
                .as("without the epoch that its leader adds")
                .isEqualTo(Why.INVALID);
    }
}
