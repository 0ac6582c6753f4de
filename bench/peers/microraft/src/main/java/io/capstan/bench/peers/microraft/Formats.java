package io.capstan.bench.peers.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStoreSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the SQLite store keeps, in bytes: MicroRaft leaves that to its users. */
final class Formats implements RaftStoreSerializer {
    /** The first entry of each term. */
    static final byte[] NEW_TERM = {};

    private final RaftModelFactory models;

    Formats(RaftModelFactory models) {
        this.models = models;
    }

    private interface Writing<T> {
        void write(T value, DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static <T> Serializer<T> format(Writing<T> writing, Reading<T> reading) {
        return new Serializer<T>() {
            @Override
            public byte[] serialize(T value) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try {
                    writing.write(value, new DataOutputStream(bytes));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return bytes.toByteArray();
            }

            @Override
            public T deserialize(byte[] bytes) {
                try {
                    return reading.read(new DataInputStream(new ByteArrayInputStream(bytes)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static void write(Collection<RaftEndpoint> members, DataOutputStream out) throws IOException {
        out.writeInt(members.size());
        for (RaftEndpoint member : members) {
            out.writeUTF((String) member.getId());
        }
    }

    private static List<RaftEndpoint> members(DataInputStream in) throws IOException {
        List<RaftEndpoint> members = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            members.add(new MicroraftSeat.Endpoint(in.readUTF()));
        }
        return members;
    }

    private static void write(RaftGroupMembersView view, DataOutputStream out) throws IOException {
        out.writeLong(view.getLogIndex());
        write(view.getMembers(), out);
        write(view.getVotingMembers(), out);
    }

    private RaftGroupMembersView view(DataInputStream in) throws IOException {
        return models.createRaftGroupMembersViewBuilder()
                .setLogIndex(in.readLong())
                .setMembers(members(in))
                .setVotingMembers(members(in))
                .build();
    }

    @Override
    public Serializer<RaftGroupMembersView> raftGroupMembersViewSerializer() {
        return format(Formats::write, this::view);
    }

    @Override
    public Serializer<RaftEndpoint> raftEndpointSerializer() {
        return format(
                (member, out) -> out.writeUTF((String) member.getId()),
                in -> new MicroraftSeat.Endpoint(in.readUTF()));
    }

    @Override
    public Serializer<LogEntry> logEntrySerializer() {
        return format(
                (entry, out) -> {
                    out.writeLong(entry.getIndex());
                    out.writeInt(entry.getTerm());
                    out.write((byte[]) entry.getOperation());
                },
                in -> models.createLogEntryBuilder()
                        .setIndex(in.readLong())
                        .setTerm(in.readInt())
                        .setOperation(in.readAllBytes())
                        .build());
    }

    @Override
    public Serializer<SnapshotChunk> snapshotChunkSerializer() {
        return format(
                (chunk, out) -> {
                    out.writeLong(chunk.getIndex());
                    out.writeInt(chunk.getTerm());
                    out.writeLong((Long) chunk.getOperation());
                    out.writeInt(chunk.getSnapshotChunkIndex());
                    out.writeInt(chunk.getSnapshotChunkCount());
                    write(chunk.getGroupMembersView(), out);
                },
                in -> models.createSnapshotChunkBuilder()
                        .setIndex(in.readLong())
                        .setTerm(in.readInt())
                        .setOperation(in.readLong())
                        .setSnapshotChunkIndex(in.readInt())
                        .setSnapshotChunkCount(in.readInt())
                        .setGroupMembersView(view(in))
                        .build());
    }

    @Override
    public Serializer<RaftEndpointPersistentState> raftEndpointPersistentStateSerializer() {
        throw new UnsupportedOperationException("the SQLite store keeps its parts");
    }

    @Override
    public Serializer<RaftTermPersistentState> raftTermPersistentState() {
        throw new UnsupportedOperationException("the SQLite store keeps its parts");
    }
}
