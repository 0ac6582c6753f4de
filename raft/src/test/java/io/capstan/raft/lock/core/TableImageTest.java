package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableImageTest {
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
                    copy = LockTable.restore(EPOCH, original.image());
                }
                time += chance.nextInt(120);
                LockCommand command = command(chance, sessions);
                LockReply reply = original.execute(command, index, time);
                assertThat(copy.execute(command, index, time))
                        .as("replay: mvn -pl raft -am test -Dtest=TableImageTest -Dimage.seed=" + seed)
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
        long request = 1L + chance.nextInt(30);
        long settled = chance.nextInt(3) == 0 ? request - chance.nextInt(3) : 0;
        long held = Math.max(1, request - 1 - chance.nextInt(4));
        long wait = chance.nextInt(3) == 0 ? 0 : chance.nextInt(2000);
        String name = "x" + request % 4;
        String party = chance.nextInt(3) == 0 ? "p" + chance.nextInt(2) : "";
        return switch (chance.nextInt(16)) {
            case 0, 1 -> new LockCommand.KeepAlive(List.of(session));
            case 2, 3 -> new LockCommand.Release(session, request);
            case 4 -> new LockCommand.Expire(session, chance.nextInt(300));
            case 5 -> new LockCommand.EndWaits();
            case 6 -> new LockCommand.Await(session, request, settled, held, "c" + chance.nextInt(2), wait);
            case 7 -> new LockCommand.Signal(session, request, settled, held, "c" + chance.nextInt(2), 2);
            case 8 -> new LockCommand.MakeLatch(session, request, settled, "gate" + request % 2, 2);
            case 9 -> new LockCommand.CountDown(session, request, settled, "gate" + request % 2);
            case 10 -> new LockCommand.AwaitLatch(session, request, settled, "gate" + request % 2, wait);
            case 11 ->
                new LockCommand.Arrive(session, request, settled, "ring" + request % 2, 2 + chance.nextInt(2), wait);
            default -> new LockCommand.Acquire(session, request, settled, claims(chance, name), party, "", wait);
        };
    }

    private static List<Claim> claims(Random chance, String name) {
        return switch (chance.nextInt(5)) {
            case 0 -> List.of(Claim.shared(name));
            case 1 -> List.of(new Claim("pool", 1 + chance.nextInt(2), 3));
            case 2 -> List.of(Claim.exclusive("x1"), Claim.exclusive("x2"));
            default -> List.of(Claim.exclusive(name));
        };
    }

    @Test
    void anImageStaysAsItIsWhateverTheTableDoesNext() {
        LockTable table = new LockTable(EPOCH);
        long session = ((LockReply.Opened) table.execute(new LockCommand.Open("a", 1000), 1, 0)).session();
        table.execute(new LockCommand.Acquire(session, 1, 0, List.of(Claim.exclusive("x")), "", "", 0), 2, 0);
        TableImage image = table.image();

        table.execute(new LockCommand.Release(session, 1), 3, 0);

        assertThat(image.holds()).hasSize(1);
        assertThat(image.sessions().get(0).requests()).hasSize(1);
        assertThat(table.image().holds()).isEmpty();
    }
}
