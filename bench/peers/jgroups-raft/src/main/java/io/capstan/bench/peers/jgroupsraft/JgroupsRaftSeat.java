package io.capstan.bench.peers.jgroupsraft;

import io.capstan.bench.seat.DoorClient;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;

/** A member of jgroups-raft with the protocols of the library's own example, over TCP, and its log flushed. */
public final class JgroupsRaftSeat implements Service {
    private static final byte[] QUERY = {1};
    private static final String STACK = """
            <config xmlns="urn:org:jgroups">
              <TCP bind_addr="%1$s" bind_port="%2$d" port_range="0"/>
              <TCPPING initial_hosts="%3$s" port_range="0"/>
              <MERGE3/>
              <FD_SOCK2/>
              <FD_ALL3/>
              <VERIFY_SUSPECT2/>
              <pbcast.NAKACK2 use_mcast_xmit="false"/>
              <UNICAST3/>
              <pbcast.STABLE/>
              <raft.NO_DUPES/>
              <pbcast.GMS/>
              <UFC/>
              <MFC/>
              <FRAG2/>
              <raft.ELECTION/>
              <raft.RAFT members="%4$s" raft_id="%5$s" log_dir="%6$s" log_use_fsync="true"/>
              <raft.REDIRECT/>
            </config>
            """;

    private final RaftHandle raft;

    private JgroupsRaftSeat(RaftHandle raft) {
        this.raft = raft;
    }

    public static void main(String[] words) {
        Seat.run(words, JgroupsRaftSeat::open);
    }

    private static Service open(Seating seating) throws Exception {
        if (!seating.isMember()) {
            return new DoorClient(seating);
        }
        String hosts = seating.members().stream()
                .map(each -> Seating.HOST + "[" + seating.port(each, 0) + "]")
                .collect(Collectors.joining(","));
        String stack = STACK.formatted(
                Seating.HOST,
                seating.port(0),
                hosts,
                String.join(",", seating.members()),
                seating.name(),
                seating.directory());
        JChannel channel = new JChannel(new ByteArrayInputStream(stack.getBytes(StandardCharsets.UTF_8)));
        channel.name(seating.name());
        RaftHandle raft = new RaftHandle(channel, new Counting());
        channel.connect("bench");
        return new JgroupsRaftSeat(raft);
    }

    @Override
    public boolean leads() {
        return raft.isLeader();
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        try {
            return raft.setAsync(command, 0, command.length);
        } catch (Exception refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        try {
            return raft.getAsync(QUERY, 0, QUERY.length);
        } catch (Exception refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Counts commands. */
    private static final class Counting implements StateMachine {
        private long count;

        @Override
        public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
            count++;
            return QUERY;
        }

        @Override
        public void readContentFrom(DataInput in) throws IOException {
            count = in.readLong();
        }

        @Override
        public void writeContentTo(DataOutput out) throws IOException {
            out.writeLong(count);
        }
    }
}
