package io.capstan.raft.lock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.core.Claim;
import io.capstan.raft.lock.core.Outcome;
import io.capstan.raft.lock.core.TableImage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageCodecTest {
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
                    List.of(new TableImage.RequestImage(
                            2, List.of(Claim.exclusive("x")), "p", "n", 8, 1, 11, true, "", TOKEN, List.of(4L))))),
            List.of(new TableImage.HoldImage("x", Claim.LOCK, 3, "p", Claim.LOCK, TOKEN, 12, List.of(2L))),
            List.of(new TableImage.LatchImage("l", 3, 2)),
            List.of(new TableImage.BarrierImage("b", 3)));
    private static final String TOKEN_HEX = "0000000000000007" + "0000000000000004" + "00000001";
    private static final String GOLDEN = "01" + "0000000000000007" + "0000000000000009"
            + "00000001" + "0000000000000003" + "027331" + "000000000000000a" + "0000000000000005" + "0000000000000006"
            + "0000000000000001"
            + "00000001" + "0000000000000001" + "02"
            + "00000001" + "0000000000000002" + "00000001" + "0178" + "7fffffff" + "7fffffff" + "0170" + "016e"
            + "0000000000000008" + "01" + "000000000000000b" + "01" + "00" + "01" + TOKEN_HEX
            + "00000001" + "0000000000000004"
            + "00000001" + "0178" + "7fffffff" + "0000000000000003" + "0170" + "7fffffff" + TOKEN_HEX
            + "000000000000000c" + "00000001" + "0000000000000002"
            + "00000001" + "016c" + "0000000000000003" + "0000000000000002"
            + "00000001" + "0162" + "00000003";

    @Test
    void aSnapshotHasItsBytes() {
        assertThat(HexFormat.of().formatHex(ImageCodec.encode(IMAGE))).isEqualTo(GOLDEN);
        assertThat(ImageCodec.decode(HexFormat.of().parseHex(GOLDEN))).isEqualTo(IMAGE);
    }

    @Test
    void whatIsCutShortOrTooLongOrOfAnotherVersionIsRefused() {
        byte[] bytes = ImageCodec.encode(IMAGE);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ImageCodec.decode(cut)).isInstanceOf(Malformed.class);
        }
        byte[] other = bytes.clone();
        other[0] = 2;
        assertThatThrownBy(() -> ImageCodec.decode(other)).hasMessageContaining("version 2");
    }
}
