package io.capstan.raft.lock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.core.Claim;
import io.capstan.raft.lock.core.Outcome;
import io.capstan.raft.lock.core.TableImage;
import io.capstan.testkit.FrozenWire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockSnapshotTest {
    private static final FencingToken TOKEN = new FencingToken(7, 4, 1);
    private static final TableImage IMAGE = new TableImage(
            7,
            9,
            List.of(new TableImage.SessionImage(
                    3,
                    "s1",
                    10,
                    5,
                    6,
                    1,
                    Map.of(1L, Outcome.HELD),
                    List.of(8L),
                    List.of(new TableImage.RequestImage(
                            2, List.of(Claim.exclusive("x")), "p", "n", 8, 1, 11, true, "", TOKEN, List.of(4L))))),
            List.of(new TableImage.HoldImage("x", Claim.LOCK, 3, "p", Claim.LOCK, TOKEN, 12, List.of(2L))),
            List.of(new TableImage.LatchImage("l", 3, 2)),
            List.of(new TableImage.BarrierImage("b", 3)));

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static final String ONE = "00000001";
    private static final String TOKEN_HEX = i64(7) + i64(4) + ONE;
    private static final String REQUEST = i64(2) + ONE + "0178" + "7fffffff" + "7fffffff" + "0170" + "016e" + i64(8)
            + "01" + i64(11) + "01" + "00" + "01" + TOKEN_HEX + ONE + i64(4);
    private static final String SESSION =
            i64(3) + "027331" + i64(10) + i64(5) + i64(6) + i64(1) + ONE + i64(1) + "02" + ONE + i64(8) + ONE + REQUEST;
    private static final String HOLD =
            "0178" + "7fffffff" + i64(3) + "0170" + "7fffffff" + TOKEN_HEX + i64(12) + ONE + i64(2);
    private static final String LATCH = "016c" + i64(3) + i64(2);
    private static final String BARRIER = "0162" + "00000003";
    private static final String GOLDEN =
            "02" + i64(7) + i64(9) + list(SESSION) + list(HOLD) + list(LATCH) + list(BARRIER);

    private static String list(String hex) {
        return ONE + HexFormat.of().toHexDigits(hex.length() / 2) + hex;
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LockSnapshot(IMAGE).writeTo(out);
        return out.toByteArray();
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check(
                "locks-snapshot", List.of(GOLDEN), bytes -> LockSnapshot.read(new ByteArrayInputStream(bytes)));
    }

    @Test
    void itsBytesAreTheseForEver() throws IOException {
        assertThat(HexFormat.of().formatHex(written())).isEqualTo(GOLDEN);
        assertThat(LockSnapshot.read(new ByteArrayInputStream(written()))).isEqualTo(IMAGE);
    }

    @Test
    void anotherVersionAndBytesCutShortAreRefused() throws IOException {
        byte[] newer = written();
        newer[0] = 3;
        assertThatThrownBy(() -> LockSnapshot.read(new ByteArrayInputStream(newer)))
                .isInstanceOf(Malformed.class)
                .hasMessage("locks of version 3; this Capstan knows version 2");
        byte[] sound = written();
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> LockSnapshot.read(new ByteArrayInputStream(cut)))
                    .isInstanceOfAny(IOException.class, Malformed.class);
        }
    }
}
