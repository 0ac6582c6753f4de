package io.capstan.raft.lock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Fuzzer;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LockCodecTest {
    private static final Map<Object, String> GOLDEN = golden();

    private final LockCodec codec = new LockCodec();

    private static Map<Object, String> golden() {
        FencingToken token = new FencingToken(7, 4, 1);
        String tokenHex = "0000000000000007" + "0000000000000004" + "00000001";
        Map<Object, String> golden = new LinkedHashMap<>();
        golden.put(new LockCommand.Open("s1", 10_000), "0101" + "027331" + "0000000000002710");
        golden.put(
                new LockCommand.KeepAlive(List.of(3L, 4L)),
                "0102" + "00000002" + "0000000000000003" + "0000000000000004");
        golden.put(new LockCommand.Close(3), "0103" + "0000000000000003");
        golden.put(
                new LockCommand.Acquire(3, 2, 1, "x", true),
                "0104" + "0000000000000003" + "0000000000000002" + "0000000000000001" + "0178" + "01");
        golden.put(new LockCommand.Release(3, 2, "x"), "0105" + "0000000000000003" + "0000000000000002" + "0178");
        golden.put(new LockCommand.Expire(3, 9), "0106" + "0000000000000003" + "0000000000000009");
        golden.put(new LockQuery.Poll(3, 2, "x"), "0120" + "0000000000000003" + "0000000000000002" + "0178");
        golden.put(new LockQuery.Overview("x", 50), "0121" + "0178" + "00000032");
        golden.put(new LockReply.Opened(3), "0140" + "0000000000000003");
        golden.put(new LockReply.Renewed(List.of()), "0141" + "00000000");
        golden.put(new LockReply.Done(), "0142");
        golden.put(new LockReply.Granted(token), "0143" + tokenHex);
        golden.put(new LockReply.Waiting("s1"), "0144" + "027331");
        golden.put(new LockReply.Held("s1"), "0145" + "027331");
        golden.put(new LockReply.Over(), "0146");
        golden.put(new LockReply.NoSession(), "0147");
        golden.put(new LockReply.Full("x"), "0148" + "0178");
        golden.put(
                new LockReply.Page(List.of(new LockStatus("x", "s1", token, 5, List.of("s2")))),
                "0149" + "00000001" + "0178" + "027331" + tokenHex + "0000000000000005" + "00000001" + "027332");
        return golden;
    }

    @Test
    void everyMessageHasItsBytes() {
        GOLDEN.forEach((value, hex) -> {
            assertThat(HexFormat.of().formatHex(codec.encode(value)))
                    .as(value.toString())
                    .isEqualTo(hex);
            assertThat(codec.decode(HexFormat.of().parseHex(hex))).isEqualTo(value);
        });
    }

    @Test
    void noMessageIsForgotten() {
        assertThat(GOLDEN.keySet().stream().<Class<?>>map(Object::getClass).toList())
                .containsAll(Stream.of(LockCommand.class, LockQuery.class, LockReply.class)
                        .<Class<?>>flatMap(family -> Stream.of(family.getPermittedSubclasses()))
                        .toList());
    }

    @Test
    void unknownVersionsAndKindsAndDamagedBytesAreRefused() {
        assertThatThrownBy(() -> codec.decode(new byte[] {2, 66}))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> codec.decode(new byte[] {1, 99})).isInstanceOf(Malformed.class);
        List<byte[]> sound =
                GOLDEN.values().stream().map(HexFormat.of()::parseHex).toList();
        assertThat(new Fuzzer("locks", sound).run(this::reads).refused()).isPositive();
    }

    private boolean reads(byte[] bytes) {
        try {
            codec.decode(bytes);
            return true;
        } catch (Malformed refused) {
            return false;
        }
    }
}
