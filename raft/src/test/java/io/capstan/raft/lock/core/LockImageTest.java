package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LockImageTest {
    private static final long EPOCH = 7;

    @Test
    void aTableMadeOfAnImageAnswersWhateverComesAsTheOneItIsOf() {
        long seed = Long.getLong("image.seed", System.nanoTime());
        Random chance = new Random(seed);
        for (int round = 0; round < 40; round++) {
            LockTable original = new LockTable(EPOCH);
            LockTable copy = new LockTable(EPOCH);
            List<Long> sessions = new ArrayList<>();
            long time = 0;
            for (long index = 1; index < 300; index++) {
                if (chance.nextInt(20) == 0) {
                    copy = new LockTable(EPOCH, original.image());
                }
                time += chance.nextInt(120);
                LockCommand command = command(chance, sessions);
                LockReply reply = original.execute(command, index, time);
                assertThat(copy.execute(command, index, time))
                        .as("replay: mvn -pl raft -am test -Dtest=LockImageTest -DargLine=-Dimage.seed=" + seed)
                        .isEqualTo(reply);
                if (reply instanceof LockReply.Opened opened) {
                    sessions.add(opened.session());
                }
                assertThat(copy.image()).isEqualTo(original.image());
                assertThat(copy.due()).isEqualTo(original.due());
            }
        }
    }

    private static LockCommand command(Random chance, List<Long> sessions) {
        if (sessions.isEmpty() || chance.nextInt(12) == 0) {
            return new LockCommand.Open("n" + chance.nextInt(3), 500 + chance.nextInt(3000));
        }
        long session = sessions.get(Math.max(0, sessions.size() - 1 - chance.nextInt(5)));
        long request = 1L + chance.nextInt(20);
        String name = "lock" + request % 4;
        return switch (chance.nextInt(8)) {
            case 0 -> new LockCommand.KeepAlive(List.of(session));
            case 1, 2 -> new LockCommand.Release(session, request, name);
            case 3 -> new LockCommand.Expire(session, chance.nextInt(300));
            case 4 -> new LockCommand.Acquire(session, request, request - chance.nextInt(3), name, false);
            default -> new LockCommand.Acquire(session, request, chance.nextInt(2), name, true);
        };
    }

    @Test
    void anImageStaysAsItIsWhateverTheTableDoesNext() {
        LockTable table = new LockTable(EPOCH);
        table.execute(new LockCommand.Open("a", 1000), 1, 0);
        table.execute(new LockCommand.Acquire(1, 1, 0, "x", true), 2, 0);
        LockImage image = table.image();

        table.execute(new LockCommand.Release(1, 1, "x"), 3, 0);

        assertThat(image.locks()).hasSize(1);
        assertThat(image.sessions().get(0).active()).containsKey(1L);
        assertThat(table.image().locks()).isEmpty();
    }
}
