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
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final GroupId ID = new GroupId(5, 6);
    // Version, group "g", epoch, random, from, to, machine.
    private static final String ENVELOPE = "01" + "0167" + i64(5) + i64(6) + i64(7) + i64(8) + "00000009";
    private static final Configuration CONFIGURATION =
            new Configuration(List.of(new Member(new MemberId("s1", 7), Member.Kind.VOTER, 1)));
    private static final String CONFIGURATION_HEX = "0101" + "00" + i64(1) + i64(7) + "027331";

    private static final SnapshotMeta META = new SnapshotMeta(4, 1, 9, 1, CONFIGURATION);
    private static final Message PIECE = new Message.SnapshotChunk(1, 2, 3, META, 6, new byte[] {5}, true);
    private static final EffectKey KEY = new EffectKey(1, 2, 3);

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(Message message) {
        return new RaftFrame("g", ID, 7, 8, 9, message).toBytes();
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
        List<String> members = new ArrayList<>();
        messages().values().forEach(hex -> members.add(ENVELOPE + hex));
        members.add(hex(bytes(PIECE)));
        Entry configuration = new Entry(5, 1, 9, Entry.Kind.CONFIGURATION, CONFIGURATION.toBytes());
        Entry noop = new Entry(6, 1, 9, Entry.Kind.NOOP, new byte[0]);
        members.add(hex(bytes(new Message.Append(1, 2, 3, 4, 1, 4, List.of(configuration, noop)))));
        FrozenWire.check("raft", members, RaftFrame::of);

        Set<String> clients = new TreeSet<>(clientFrames().values());
        clients.add(hex(new ClientFrame.Write(9, "g", new byte[] {5}).toBytes()));
        clients.add(hex(new ClientFrame.Read(9, "g", 2, 4, 7, new byte[] {5}).toBytes()));
        clients.add(hex(new ClientFrame.Answer(9, 4, new byte[] {5}).toBytes()));
        for (ClientFrame.Step step : ClientFrame.Step.values()) {
            clients.add(hex(new ClientFrame.Change(9, "g", step, new MemberId("s1", 7), 4).toBytes()));
        }
        for (ClientFrame.Why why : ClientFrame.Why.values()) {
            clients.add(hex(new ClientFrame.Refused(9, why, "s2", 3, 1, "no").toBytes()));
        }
        FrozenWire.check("raft-client", clients, ClientFrame::of);

        List<String> effects = new ArrayList<>(effectFrames().values());
        effects.add(hex(deliver(KEY)));
        effects.add(hex(deliver(null)));
        FrozenWire.check("raft-effects", effects, EffectFrame::of);

        FrozenWire.check("raft-log", commands().values(), LogCommand::of);
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
            assertThat(hex(frame.toBytes())).as(message.toString()).isEqualTo(ENVELOPE + hex);
            assertThat(RaftFrame.of(frame.toBytes())).isEqualTo(frame);
        });
    }

    @Test
    void aPieceOfASnapshotHasItsBytes() {
        byte[] bytes = bytes(PIECE);

        assertThat(hex(bytes))
                .isEqualTo(ENVELOPE + "08" + i64(1) + i64(2) + i64(3) + i64(4) + i64(1) + i64(9) + i64(1) + "00000016"
                        + CONFIGURATION_HEX + i64(6) + "01" + "00000001" + "05");
        assertThat(RaftFrame.of(bytes).message()).isInstanceOfSatisfying(Message.SnapshotChunk.class, chunk -> {
            assertThat(chunk.snapshot()).isEqualTo(META);
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
            assertThat(hex(frame.toBytes())).as(frame.toString()).isEqualTo(hex);
            assertThat(ClientFrame.of(frame.toBytes())).isEqualTo(frame);
        });
        assertThat(hex(new ClientFrame.Write(9, "g", new byte[] {5}).toBytes()))
                .isEqualTo("0101" + i64(9) + "0167" + "05");
        assertThat(hex(new ClientFrame.Read(9, "g", 2, 4, 7, new byte[] {5}).toBytes()))
                .isEqualTo("0102" + i64(9) + "0167" + "02" + i64(4) + "00000007" + "05");
        assertThat(hex(new ClientFrame.Answer(9, 4, new byte[] {5}).toBytes()))
                .isEqualTo("0140" + i64(9) + i64(4) + "05");
    }

    private static Map<EffectFrame, String> effectFrames() {
        String head = "0167" + i64(1) + i64(2) + "00000003";
        Map<EffectFrame, String> golden = new LinkedHashMap<>();
        golden.put(new EffectFrame.Watch("g", KEY, "p"), "0102" + head + "0000000170");
        golden.put(new EffectFrame.Unwatch("g", KEY), "0103" + head);
        golden.put(new EffectFrame.Arrived("g", KEY), "0140" + head);
        golden.put(new EffectFrame.Watching("g", KEY), "0141" + head);
        golden.put(new EffectFrame.Stopped("g", KEY), "0142" + head);
        return golden;
    }

    @Test
    void everyFrameOfEffectsHasItsBytes() {
        effectFrames().forEach((frame, hex) -> {
            assertThat(hex(frame.toBytes())).isEqualTo(hex);
            assertThat(EffectFrame.of(frame.toBytes())).isEqualTo(frame);
        });
        String id = i64(1) + i64(2) + "00000003";
        assertThat(hex(deliver(KEY))).isEqualTo("0101" + "0167" + id + "01" + id + id + "0000000170" + "05");
        assertThat(EffectFrame.of(deliver(KEY)))
                .usingRecursiveComparison()
                .isEqualTo(new EffectFrame.Deliver("g", KEY, KEY, KEY, "p", new byte[] {5}));
        assertThat(hex(deliver(null))).isEqualTo("0101" + "0167" + id + "00" + id + "0000000170" + "05");
    }

    private static byte[] deliver(@Nullable EffectKey after) {
        return new EffectFrame.Deliver("g", KEY, after, KEY, "p", new byte[] {5}).toBytes();
    }

    @Test
    void mutatedFramesOfEffectsAreReadOrRefused() {
        List<byte[]> sound = new ArrayList<>();
        effectFrames().keySet().forEach(frame -> sound.add(frame.toBytes()));
        sound.add(deliver(KEY));
        assertThat(new Fuzzer("frames of effects", sound)
                        .run(bytes -> reads(() -> EffectFrame.of(bytes)))
                        .refused())
                .isPositive();
    }

    private static Map<LogCommand, String> commands() {
        String id = i64(1) + i64(2) + "00000003";
        Map<LogCommand, String> golden = new LinkedHashMap<>();
        golden.put(new LogCommand.Plain(new byte[] {5}), "0101" + "05");
        golden.put(new LogCommand.Open(9), "0102" + i64(9));
        golden.put(new LogCommand.Once(1, 2, 3, 4, new byte[] {5}), "0103" + i64(1) + i64(2) + i64(3) + i64(4) + "05");
        golden.put(new LogCommand.Opened(5, 9), "0104" + i64(5) + i64(9));
        golden.put(new LogCommand.Acknowledged(List.of(KEY)), "0105" + "00000001" + id);
        golden.put(new LogCommand.Fired(KEY), "0106" + id);
        golden.put(new LogCommand.Down(KEY, 2), "0107" + id + "02");
        golden.put(new LogCommand.Raised(2), "0108" + "00000002");
        return golden;
    }

    @Test
    void whatIsInTheLogHasItsBytes() {
        commands().forEach((command, hex) -> {
            assertThat(hex(command.toBytes())).isEqualTo(hex);
            assertThat(LogCommand.of(command.toBytes()))
                    .usingRecursiveComparison()
                    .isEqualTo(command);
        });
        assertThat(commands().keySet().stream().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(LogCommand.class.getPermittedSubclasses());
        byte[] opened = LogCommand.asLogged(new LogCommand.Open(9).toBytes(), 5);
        assertThat(hex(opened)).isEqualTo(hex(new LogCommand.Opened(5, 9).toBytes()));
        assertThat(new LogCommand.Once(1, 2, 3, 4, new byte[] {5}).toBytes())
                .hasSize(LogCommand.ENVELOPE_BYTES_MAX + 1);
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
        messages().keySet().forEach(message -> sound.add(bytes(message)));
        sound.add(bytes(PIECE));
        Entry configuration = new Entry(5, 1, 9, Entry.Kind.CONFIGURATION, CONFIGURATION.toBytes());
        Message append = new Message.Append(1, 2, 3, 4, 1, 4, List.of(configuration));
        sound.add(bytes(append));
        assertThat(new Fuzzer("frames of members", sound)
                        .run(bytes -> reads(() -> RaftFrame.of(bytes)))
                        .refused())
                .isPositive();
    }

    @Test
    void mutatedFramesOfClientsAndCommandsInTheLogAreReadOrRefused() {
        List<byte[]> sound = new ArrayList<>();
        clientFrames().keySet().forEach(frame -> sound.add(frame.toBytes()));
        commands().keySet().forEach(command -> sound.add(command.toBytes()));
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
