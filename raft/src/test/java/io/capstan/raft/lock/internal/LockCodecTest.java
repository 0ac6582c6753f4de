package io.capstan.raft.lock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Fuzzer;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.core.Claim;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.Outcome;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LockCodecTest {
    private static final String ONE = "0000000000000001";
    private static final String TWO = "0000000000000002";
    private static final String THREE = "0000000000000003";
    private static final Map<Object, String> GOLDEN = golden();

    private final LockCodec codec = new LockCodec();

    private static Map<Object, String> golden() {
        FencingToken token = new FencingToken(7, 4, 1);
        String tokenHex = "0000000000000007" + "0000000000000004" + "00000001";
        Map<Object, String> golden = new LinkedHashMap<>();
        commands(golden, token, tokenHex);
        golden.put(new LockQuery.Poll(3, 2), "0220" + THREE + TWO);
        golden.put(new LockQuery.Overview("x", 50), "0221" + "0178" + "00000032");
        golden.put(new LockQuery.Look("x"), "0222" + "0178");
        golden.put(
                new LockQuery.LookAgain("x", List.of(new LockStatus.Holder("s1", "p", "n", token, 9, 1))),
                "0223" + "0178" + "00000001" + "027331" + "0170" + "016e" + tokenHex + "0000000000000009" + "00000001");
        golden.put(new LockReply.Opened(3), "0240" + THREE);
        golden.put(
                new LockReply.Renewed(List.of(3L), List.of(new LockReply.Revoked(3, 2))),
                "0241" + "00000001" + THREE + "00000001" + THREE + TWO);
        golden.put(new LockReply.Done(), "0242");
        golden.put(new LockReply.Granted(token, true), "0243" + tokenHex + "01");
        golden.put(new LockReply.Waiting("s1"), "0244" + "027331");
        golden.put(new LockReply.Held("s1"), "0245" + "027331");
        for (Outcome outcome : Outcome.values()) {
            golden.put(new LockReply.Over(outcome), "0246" + "%02x".formatted(outcome.code()));
        }
        golden.put(new LockReply.NoSession(), "0247");
        golden.put(new LockReply.Full("x"), "0248" + "0178");
        golden.put(
                new LockReply.Page(List.of(new LockStatus(
                        "x", List.of(new LockStatus.Holder("s1", "p", "n", token, 3, 2)), List.of("s2"), 2, 3))),
                "0249" + "00000001" + "0178" + "00000001" + "027331" + "0170" + "016e" + tokenHex + THREE + "00000002"
                        + "00000001" + "027332" + "00000002" + THREE);
        golden.put(new LockReply.NotHeld(), "024a");
        golden.put(new LockReply.Refused("x"), "024b" + "00000001" + "78");
        return golden;
    }

    private static void commands(Map<Object, String> golden, FencingToken token, String tokenHex) {
        String numbered = THREE + TWO + ONE;
        golden.put(new LockCommand.Open("s1", 3), "0201" + "027331" + THREE);
        golden.put(new LockCommand.KeepAlive(List.of(3L, 2L)), "0202" + "00000002" + THREE + TWO);
        golden.put(new LockCommand.Close(3), "0203" + THREE);
        golden.put(
                new LockCommand.Acquire(3, 2, 1, List.of(Claim.exclusive("x")), "p", "n", 3),
                "0204" + numbered + "00000001" + "0178" + "7fffffff" + "7fffffff" + "0170" + "016e" + THREE);
        golden.put(new LockCommand.Release(3, 2), "0205" + THREE + TWO);
        golden.put(new LockCommand.Expire(3, 2), "0206" + THREE + TWO);
        golden.put(new LockCommand.EndWaits(), "0207");
        golden.put(new LockCommand.Force("x", token), "0208" + "0178" + tokenHex);
        golden.put(new LockCommand.Proclaim(3, 2, "n"), "0209" + THREE + TWO + "016e");
        golden.put(
                new LockCommand.RunIfHeld("x", token, new LockCommand.Release(3, 2)),
                "020a" + "0178" + tokenHex + "05" + THREE + TWO);
        golden.put(new LockCommand.Await(3, 2, 1, 1, "c", 3), "020b" + numbered + ONE + "0163" + THREE);
        golden.put(new LockCommand.Signal(3, 2, 1, 1, "c", 3), "020c" + numbered + ONE + "0163" + "00000003");
        golden.put(new LockCommand.MakeLatch(3, 2, 1, "x", 3), "020d" + numbered + "0178" + THREE);
        golden.put(new LockCommand.CountDown(3, 2, 1, "x"), "020e" + numbered + "0178");
        golden.put(new LockCommand.AwaitLatch(3, 2, 1, "x", 3), "020f" + numbered + "0178" + THREE);
        golden.put(new LockCommand.Arrive(3, 2, 1, "x", 3, 2), "0210" + numbered + "0178" + "00000003" + TWO);
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("locks", GOLDEN.values(), codec::decode);
    }

    @Test
    void aConditionalCommandHoldsNoOther() {
        FencingToken token = new FencingToken(7, 4, 1);
        byte[] nested = codec.encode(new LockCommand.RunIfHeld(
                "x", token, new LockCommand.RunIfHeld("x", token, new LockCommand.EndWaits())));
        assertThatThrownBy(() -> codec.decode(nested)).isInstanceOf(Malformed.class);
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
                        .flatMap(type -> type == LockCommand.Numbered.class
                                ? Stream.of(type.getPermittedSubclasses())
                                : Stream.of(type))
                        .toList());
    }

    @Test
    void unknownVersionsAndKindsAndDamagedBytesAreRefused() {
        assertThatThrownBy(() -> codec.decode(new byte[] {1, 66}))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("version 1");
        assertThatThrownBy(() -> codec.decode(new byte[] {2, 99})).isInstanceOf(Malformed.class);
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
