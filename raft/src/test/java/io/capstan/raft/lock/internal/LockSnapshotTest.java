package io.capstan.raft.lock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.core.LockImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LockSnapshotTest {
    private static final LockImage IMAGE = new LockImage(
            List.of(new LockImage.Session(3, "s1", 1000, 4, 5, 1, Map.of(2L, "x"), List.of(7L))),
            List.of(new LockImage.Lock("x", 3, 2, new FencingToken(9, 4, 1), 6, List.of(new LockImage.Waiter(3, 8)))));

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static final String SESSION = i64(3) + "027331" + i64(1000) + i64(4) + i64(5) + i64(1) + "00000001" + i64(2)
            + "0178" + "00000001" + i64(7);
    private static final String LOCK =
            "0178" + i64(3) + i64(2) + i64(9) + i64(4) + "00000001" + i64(6) + "00000001" + i64(3) + i64(8);
    private static final String GOLDEN =
            "01" + "00000001" + length(SESSION) + SESSION + "00000001" + length(LOCK) + LOCK;

    private static String length(String hex) {
        return HexFormat.of().toHexDigits(hex.length() / 2);
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LockSnapshot(IMAGE).writeTo(out);
        return out.toByteArray();
    }

    @Test
    void itsBytesAreTheseForEver() throws IOException {
        assertThat(HexFormat.of().formatHex(written())).isEqualTo(GOLDEN);
        assertThat(LockSnapshot.read(new ByteArrayInputStream(written()))).isEqualTo(IMAGE);
    }

    @Test
    void anotherVersionAndBytesCutShortAreRefused() throws IOException {
        byte[] newer = written();
        newer[0] = 2;
        assertThatThrownBy(() -> LockSnapshot.read(new ByteArrayInputStream(newer)))
                .isInstanceOf(Malformed.class)
                .hasMessage("locks of version 2; this Capstan knows version 1");
        byte[] sound = written();
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> LockSnapshot.read(new ByteArrayInputStream(cut)))
                    .isInstanceOfAny(IOException.class, Malformed.class);
        }
    }
}
