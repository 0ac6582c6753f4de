package io.capstan.raft.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.Fuzzer;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.Message;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final GroupId ID = new GroupId(5, 6);
    // Version, group "g", epoch, random, from, to, machine.
    private static final String ENVELOPE = "01" + "0167" + i64(5) + i64(6) + i64(7) + i64(8) + "00000009";
    private static final Configuration CONFIGURATION =
            new Configuration(List.of(new Member(new MemberId("s1", 7), Member.Kind.VOTER, 1)));
    private static final String CONFIGURATION_HEX = "0101" + "00" + i64(1) + i64(7) + "027331";

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static Map<Message, String> messages() {
        Map<Message, String> golden = new LinkedHashMap<>();
        golden.put(new Message.PreVote(1, 2, 3), "01" + i64(1) + i64(2) + i64(3));
        golden.put(new Message.PreVoteReply(1, true), "02" + i64(1) + "01");
        golden.put(new Message.Vote(1, 2, 3, false), "03" + i64(1) + i64(2) + i64(3) + "00");
        golden.put(new Message.VoteReply(1, false), "04" + i64(1) + "00");
        Entry command = new Entry(5, 1, 9, Entry.Kind.COMMAND, new byte[] {(byte) 0xca, (byte) 0xfe});
        golden.put(
                new Message.Append(1, 2, 3, 4, 1, 4, List.of(command)),
                "05" + i64(1) + i64(2) + i64(3) + i64(4) + i64(1) + i64(4) + "00000001" + "01" + i64(1) + i64(9)
                        + "00000002" + "cafe");
        golden.put(new Message.Appended(1, 2, 3, 4), "06" + i64(1) + i64(2) + i64(3) + i64(4));
        golden.put(
                new Message.AppendRefused(1, 2, 3, 4, 5, 6),
                "07" + i64(1) + i64(2) + i64(3) + i64(4) + i64(5) + i64(6));
        golden.put(
                new Message.SnapshotReply(1, 2, 3, 4, 5, true),
                "09" + i64(1) + i64(2) + i64(3) + i64(4) + i64(5) + "01");
        golden.put(new Message.TimeoutNow(1), "0a" + i64(1));
        golden.put(new Message.ReadAsk(1, 2, true), "0b" + i64(1) + i64(2) + "01");
        golden.put(new Message.ReadAnswer(1, 2, 3), "0c" + i64(1) + i64(2) + i64(3));
        golden.put(new Message.Rest(1, 2, 3, 4), "0d" + i64(1) + i64(2) + i64(3) + i64(4));
        golden.put(new Message.Wake(1), "0e" + i64(1));
        golden.put(new Message.Farewell(1), "0f" + i64(1));
        return golden;
    }

    private static Map<ClientFrame, String> clientFrames() {
        Map<ClientFrame, String> golden = new LinkedHashMap<>();
        golden.put(new ClientFrame.Probe(9, "g"), "0103" + i64(9) + "0167");
        golden.put(
                new ClientFrame.Bootstrap(9, "g", List.of(new MemberId("s1", 7)), 0),
                "0104" + i64(9) + "0167" + "00000001" + "027331" + i64(7));
        golden.put(
                new ClientFrame.Refused(9, ClientFrame.Why.NOT_LEADER, "s2", 3, 1, "no"),
                "0141" + i64(9) + "01" + "027332" + "03" + "01" + "026e6f");
        golden.put(
                new ClientFrame.Member(9, 7, ID, List.of("s1"), 0),
                "0142" + i64(9) + i64(7) + "01" + i64(5) + i64(6) + "00000001" + "027331");
        golden.put(
                new ClientFrame.Bootstrap(9, "g", List.of(new MemberId("s1", 7)), 4),
                "0104" + i64(9) + "0167" + "00000001" + "027331" + i64(7) + i64(4));
        golden.put(
                new ClientFrame.Member(9, 7, null, List.of(), 4),
                "0142" + i64(9) + i64(7) + "00" + "00000000" + i64(4));
        MemberId s1 = new MemberId("s1", 7);
        golden.put(
                new ClientFrame.Change(9, "g", ClientFrame.Step.PROMOTE, s1, 4),
                "0105" + i64(9) + "0167" + "02" + "027331" + i64(7) + i64(4));
        golden.put(new ClientFrame.Transfer(9, "g", s1), "0106" + i64(9) + "0167" + "027331" + i64(7));
        golden.put(new ClientFrame.TakeSnapshot(9, "g"), "0107" + i64(9) + "0167");
        golden.put(new ClientFrame.Describe(9, "g"), "0108" + i64(9) + "0167");
        golden.put(
                new ClientFrame.Description(
                        9, ID, s1, 3, 4, 1, List.of(new ClientFrame.Described(s1, true, 4, 60, false))),
                "0143" + i64(9) + i64(5) + i64(6) + "027331" + i64(7) + i64(3) + i64(4) + i64(1) + "00000001"
                        + ("027331" + i64(7) + "01" + i64(4) + i64(60) + "00"));
        return golden;
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check(
                "raft", messages().values().stream().map(hex -> ENVELOPE + hex).toList(), RaftFrame::of);
        FrozenWire.check("raft-client", clientFrames().values(), ClientFrame::of);
    }

    @Test
    void theCodesOfRefusalsAndStepsAreTheseForEver() {
        assertThat(ClientFrame.Why.values())
                .extracting(why -> why.code() + " " + why)
                .containsExactly(
                        "1 NOT_LEADER",
                        "2 NO_PEER",
                        "3 OVERLOADED",
                        "4 UNKNOWN",
                        "5 INVALID",
                        "6 MACHINE",
                        "7 EXPIRED",
                        "8 NOT_NOW");
        assertThat(ClientFrame.Step.values())
                .extracting(step -> step.code() + " " + step)
                .containsExactly("1 ADD_LEARNER", "2 PROMOTE", "3 REMOVE");
        for (ClientFrame.Why why : ClientFrame.Why.values()) {
            assertThat(ClientFrame.Why.of(why.code())).isEqualTo(why);
        }
    }

    @Test
    void everyMessageBetweenMembersHasItsBytes() {
        messages().forEach((message, hex) -> {
            RaftFrame frame = new RaftFrame("g", ID, 7, 8, 9, message);
            assertThat(HexFormat.of().formatHex(frame.toBytes()))
                    .as(message.toString())
                    .isEqualTo(ENVELOPE + hex);
            assertThat(RaftFrame.of(frame.toBytes())).isEqualTo(frame);
        });
    }

    @Test
    void aPieceOfASnapshotHasItsBytes() {
        SnapshotMeta meta = new SnapshotMeta(4, 1, 9, 1, CONFIGURATION);
        byte[] bytes = new RaftFrame(
                        "g", ID, 7, 8, 9, new Message.SnapshotChunk(1, 2, 3, meta, 6, new byte[] {5}, true))
                .toBytes();

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(ENVELOPE + "08" + i64(1) + i64(2) + i64(3) + i64(4) + i64(1) + i64(9) + i64(1) + "00000016"
                        + CONFIGURATION_HEX + i64(6) + "01" + "00000001" + "05");
        assertThat(RaftFrame.of(bytes).message()).isInstanceOfSatisfying(Message.SnapshotChunk.class, chunk -> {
            assertThat(chunk.snapshot()).isEqualTo(meta);
            assertThat(chunk.bytes()).containsExactly(5);
        });
    }

    @Test
    void theLongestNamesLeaveRoomForTheLongestEntryBatchAndPieceAndNotForAByteMore() {
        assertThat(framed(append(1, RaftFrame.ENTRY_BYTES_MAX))).isEqualTo(Mesh.PAYLOAD_BYTES_MAX);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < Configuration.MEMBERS_MAX; i++) {
            members.add(new Member(new MemberId("%064d".formatted(i), 7), Member.Kind.VOTER, 1));
        }
        SnapshotMeta meta = new SnapshotMeta(4, 1, 9, 1, new Configuration(members));
        assertThat(framed(new Message.SnapshotChunk(1, 2, 3, meta, 6, new byte[RaftFrame.CHUNK_BYTES_MAX], true)))
                .isEqualTo(Mesh.PAYLOAD_BYTES_MAX);

        int entries = RaftFrame.BATCH_BYTES_MAX / Entry.OVERHEAD_BYTES;
        assertThat(framed(append(entries, 0))).as("the lightest entries").isLessThan(Mesh.PAYLOAD_BYTES_MAX);
        int half = RaftFrame.BATCH_BYTES_MAX / 2 - Entry.OVERHEAD_BYTES;
        assertThat(framed(append(2, half))).isLessThanOrEqualTo(Mesh.PAYLOAD_BYTES_MAX);
    }

    private static Message append(int count, int payload) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            entries.add(new Entry(4 + i, 1, 9, Entry.Kind.COMMAND, new byte[payload]));
        }
        return new Message.Append(1, 2, 3, 4, 1, 4, entries);
    }

    private static int framed(Message message) {
        return new RaftFrame("g".repeat(NodeId.NAME_LENGTH_MAX), ID, 7, 8, 9, message).toBytes().length;
    }

    @Test
    void aConfigurationOfAnUnknownVersionIsRefusedBeforeTheCoreSeesIt() {
        Entry newer = new Entry(5, 1, 9, Entry.Kind.CONFIGURATION, new byte[] {9, 0});
        byte[] bytes = new RaftFrame("g", ID, 7, 8, 9, new Message.Append(1, 2, 3, 4, 1, 4, List.of(newer))).toBytes();

        assertThatThrownBy(() -> RaftFrame.of(bytes))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("a configuration of version 9");
    }

    @Test
    void noMessageIsForgotten() {
        List<Class<?>> golden = new ArrayList<>(List.of(Message.SnapshotChunk.class));
        messages().keySet().forEach(message -> golden.add(message.getClass()));
        assertThat(golden).containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
    }

    @Test
    void whatClientsAndMembersSayHasItsBytes() {
        clientFrames().forEach((frame, hex) -> {
            assertThat(HexFormat.of().formatHex(frame.toBytes()))
                    .as(frame.toString())
                    .isEqualTo(hex);
            assertThat(ClientFrame.of(frame.toBytes())).isEqualTo(frame);
        });
        assertThat(HexFormat.of().formatHex(new ClientFrame.Write(9, "g", new byte[] {5}).toBytes()))
                .isEqualTo("0101" + i64(9) + "0167" + "05");
        assertThat(HexFormat.of().formatHex(new ClientFrame.Read(9, "g", 2, 4, 7, new byte[] {5}).toBytes()))
                .isEqualTo("0102" + i64(9) + "0167" + "02" + i64(4) + "00000007" + "05");
        assertThat(HexFormat.of().formatHex(new ClientFrame.Answer(9, 4, new byte[] {5}).toBytes()))
                .isEqualTo("0140" + i64(9) + i64(4) + "05");
    }

    private static Map<EffectFrame, String> effectFrames() {
        EffectKey key = new EffectKey(1, 2, 3);
        String head = "0167" + i64(1) + i64(2) + "00000003";
        Map<EffectFrame, String> golden = new LinkedHashMap<>();
        golden.put(new EffectFrame.Watch("g", key, "p"), "0102" + head + "0000000170");
        golden.put(new EffectFrame.Unwatch("g", key), "0103" + head);
        golden.put(new EffectFrame.Arrived("g", key), "0140" + head);
        golden.put(new EffectFrame.Watching("g", key), "0141" + head);
        golden.put(new EffectFrame.Stopped("g", key), "0142" + head);
        return golden;
    }

    @Test
    void everyFrameOfEffectsHasItsBytes() {
        effectFrames().forEach((frame, hex) -> {
            assertThat(HexFormat.of().formatHex(frame.toBytes())).isEqualTo(hex);
            assertThat(EffectFrame.of(frame.toBytes())).isEqualTo(frame);
        });
        EffectKey key = new EffectKey(1, 2, 3);
        byte[] deliver = new EffectFrame.Deliver("g", key, key, key, "p", new byte[] {5}).toBytes();
        String id = i64(1) + i64(2) + "00000003";
        assertThat(HexFormat.of().formatHex(deliver))
                .isEqualTo("0101" + "0167" + id + "01" + id + id + "0000000170" + "05");
        assertThat(EffectFrame.of(deliver))
                .usingRecursiveComparison()
                .isEqualTo(new EffectFrame.Deliver("g", key, key, key, "p", new byte[] {5}));
        byte[] first = new EffectFrame.Deliver("g", key, null, key, "p", new byte[] {5}).toBytes();
        assertThat(HexFormat.of().formatHex(first)).isEqualTo("0101" + "0167" + id + "00" + id + "0000000170" + "05");
    }

    @Test
    void mutatedFramesOfEffectsAreReadOrRefused() {
        List<byte[]> sound = new ArrayList<>();
        effectFrames().keySet().forEach(frame -> sound.add(frame.toBytes()));
        EffectKey key = new EffectKey(1, 2, 3);
        sound.add(new EffectFrame.Deliver("g", key, key, key, "p", new byte[] {5}).toBytes());
        assertThat(new Fuzzer("frames of effects", sound)
                        .run(bytes -> reads(() -> EffectFrame.of(bytes)))
                        .refused())
                .isPositive();
    }

    @Test
    void whatIsInTheLogHasItsBytes() {
        assertThat(HexFormat.of().formatHex(new LogCommand.Plain(new byte[] {5}).toBytes()))
                .isEqualTo("0101" + "05");
        assertThat(HexFormat.of().formatHex(new LogCommand.Open(9).toBytes())).isEqualTo("0102" + i64(9));
        byte[] opened = LogCommand.asLogged(new LogCommand.Open(9).toBytes(), 5);
        assertThat(HexFormat.of().formatHex(opened)).isEqualTo("0104" + i64(5) + i64(9));
        byte[] once = new LogCommand.Once(1, 2, 3, 4, new byte[] {5}).toBytes();
        assertThat(HexFormat.of().formatHex(once)).isEqualTo("0103" + i64(1) + i64(2) + i64(3) + i64(4) + "05");
        assertThat(once).hasSize(LogCommand.ENVELOPE_BYTES_MAX + 1);
        assertThat(LogCommand.of(once)).isInstanceOfSatisfying(LogCommand.Once.class, read -> {
            assertThat(read.sequence()).isEqualTo(3);
            assertThat(read.command()).containsExactly(5);
        });
        EffectKey key = new EffectKey(1, 2, 3);
        assertThat(HexFormat.of().formatHex(new LogCommand.Acknowledged(List.of(key)).toBytes()))
                .isEqualTo("0105" + "00000001" + i64(1) + i64(2) + "00000003");
        assertThat(HexFormat.of().formatHex(new LogCommand.Fired(key).toBytes()))
                .isEqualTo("0106" + i64(1) + i64(2) + "00000003");
        assertThat(HexFormat.of().formatHex(new LogCommand.Down(key, 2).toBytes()))
                .isEqualTo("0107" + i64(1) + i64(2) + "00000003" + "02");
        assertThat(HexFormat.of().formatHex(new LogCommand.Raised(2).toBytes())).isEqualTo("0108" + "00000002");
        List.of(
                        new LogCommand.Raised(2),
                        new LogCommand.Acknowledged(List.of(key)),
                        new LogCommand.Fired(key),
                        new LogCommand.Down(key, 2))
                .forEach(command -> assertThat(LogCommand.of(command.toBytes())).isEqualTo(command));
        assertThat(LogCommand.class.getPermittedSubclasses()).hasSize(8);
        assertThatThrownBy(() -> LogCommand.of(new byte[] {2, 1}))
                .hasMessage("a command in the log of version 2; this Capstan knows version 1");
    }

    @Test
    void unknownVersionsAreRefusedInOneLine() {
        byte[] newer = new RaftFrame("g", ID, 7, 8, 9, new Message.TimeoutNow(1)).toBytes();
        newer[0] = 2;
        assertThatThrownBy(() -> RaftFrame.of(newer))
                .isInstanceOf(Malformed.class)
                .hasMessage("a raft frame of version 2; this Capstan knows version 1");
        assertThatThrownBy(() -> ClientFrame.of(new byte[] {2, 1}))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void mutatedFramesOfMembersAreReadOrRefused() {
        List<byte[]> sound = new ArrayList<>();
        messages().keySet().forEach(m -> sound.add(new RaftFrame("g", ID, 7, 8, 9, m).toBytes()));
        SnapshotMeta meta = new SnapshotMeta(4, 1, 9, 1, CONFIGURATION);
        Message chunk = new Message.SnapshotChunk(1, 2, 3, meta, 6, new byte[] {5}, true);
        sound.add(new RaftFrame("g", ID, 7, 8, 9, chunk).toBytes());
        Entry configuration = new Entry(5, 1, 9, Entry.Kind.CONFIGURATION, CONFIGURATION.toBytes());
        Message append = new Message.Append(1, 2, 3, 4, 1, 4, List.of(configuration));
        sound.add(new RaftFrame("g", ID, 7, 8, 9, append).toBytes());
        assertThat(new Fuzzer("frames of members", sound)
                        .run(bytes -> reads(() -> RaftFrame.of(bytes)))
                        .refused())
                .isPositive();
    }

    @Test
    void mutatedFramesOfClientsAndCommandsInTheLogAreReadOrRefused() {
        List<byte[]> sound = new ArrayList<>();
        clientFrames().keySet().forEach(frame -> sound.add(frame.toBytes()));
        sound.add(new LogCommand.Once(1, 2, 3, 4, new byte[] {5}).toBytes());
        sound.add(new LogCommand.Acknowledged(List.of(new EffectKey(1, 2, 3))).toBytes());
        sound.add(new LogCommand.Down(new EffectKey(1, 2, 3), 2).toBytes());
        assertThat(new Fuzzer("frames of clients", sound)
                        .run(bytes -> {
                            boolean command = reads(() -> LogCommand.of(bytes));
                            return reads(() -> ClientFrame.of(bytes)) || command;
                        })
                        .refused())
                .isPositive();
    }

    private static boolean reads(Runnable decoding) {
        try {
            decoding.run();
            return true;
        } catch (Malformed refused) {
            return false;
        }
    }
}
