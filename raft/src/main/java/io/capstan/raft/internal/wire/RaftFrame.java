package io.capstan.raft.internal.wire;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.core.Message;

/**
 * One message between two members.
 *
 * <pre>
 *   u8   version: 1
 *   text group name
 *   i64  epoch, i64 random: the group's id
 *   i64  sender's member incarnation (its name is the link's)
 *   i64  receiver's member incarnation
 *   i32  newest version that the sender's state machine knows; 0 while that is not known
 *   u8   kind, then the message ({@link MessageCodec})
 * </pre>
 *
 * @param group name
 * @param id which making of the group
 * @param from the sender's member incarnation
 * @param to the receiver's: a frame for an earlier life of its disk is dropped
 * @param machine newest version that the sender's state machine knows; 0 while that is not known
 */
public record RaftFrame(String group, GroupId id, long from, long to, int machine, Message message) {
    /** Its code is on the wire. */
    public static final Channel CHANNEL = new Channel(32, "raft", Channel.Priority.URGENT);

    /** For pieces of snapshots, so that no heartbeat ever waits behind them. Its code is on the wire. */
    public static final Channel SNAPSHOTS = new Channel(34, "raft-snapshots", Channel.Priority.BULK);

    /** Longest payload of an entry, which must fit a frame alone: whatever is longer could never be replicated. */
    public static final int ENTRY_BYTES_MAX;

    /** Most weight of the entries of one message; weight counts more than an entry's envelope takes. */
    public static final int BATCH_BYTES_MAX;

    /** Longest piece of a snapshot, whatever configuration travels with it. */
    public static final int CHUNK_BYTES_MAX;

    /** Version, length of the group's name (which follows), the group's id, the two incarnations, the machine's version. */
    private static final int HEAD_BYTES = 1 + 1 + 4 * Long.BYTES + Integer.BYTES;

    static {
        int room = Mesh.PAYLOAD_BYTES_MAX - HEAD_BYTES - NodeId.NAME_LENGTH_MAX;
        BATCH_BYTES_MAX = room - MessageCodec.APPEND_BYTES;
        ENTRY_BYTES_MAX = BATCH_BYTES_MAX - MessageCodec.ENTRY_BYTES_MIN;
        CHUNK_BYTES_MAX = room - MessageCodec.CHUNK_BYTES_MAX;
    }

    static final int VERSION = 1;

    /** Whether such frames travel on it. */
    public static boolean isOn(Channel channel) {
        return channel.equals(CHANNEL) || channel.equals(SNAPSHOTS);
    }

    /** The channel it travels on. */
    public Channel channel() {
        return message instanceof Message.SnapshotChunk ? SNAPSHOTS : CHANNEL;
    }

    public byte[] toBytes() {
        Out out = new Out(HEAD_BYTES + group.length() + MessageCodec.bytes(message))
                .u8(VERSION)
                .text(group)
                .i64(id.epoch())
                .i64(id.random())
                .i64(from)
                .i64(to)
                .i32(machine);
        MessageCodec.write(message, out);
        return out.toBytes();
    }

    /**
     * Reads {@link #toBytes}.
     *
     * @throws Malformed when it is not that
     */
    public static RaftFrame of(byte[] bytes) {
        In in = new In(bytes);
        in.version("a raft frame", VERSION);
        String group = in.text();
        long epoch = in.i64();
        long random = in.i64();
        long from = in.i64();
        long to = in.i64();
        int machine = in.i32();
        if (epoch < 1 || from < 1 || to < 1 || machine < 0) {
            throw new Malformed("a raft frame with epoch " + epoch + " from " + from + " to " + to + " of " + machine);
        }
        Message message = MessageCodec.read(in);
        in.end();
        return new RaftFrame(group, new GroupId(epoch, random), from, to, machine, message);
    }
}
