package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of {@link Control} frames, version 2. All numbers are big-endian; text is UTF-8 behind its length.
 *
 * <p>A frame on the wire is a u32 length, a u8 channel and the body; here is the body of channel 0: a u8 type, then the
 * fields in their declared order. Decoding trusts no length: it reads only bytes that are there.
 *
 * <p>Version 2 has the bytes of version 1; its proofs are of the channel too ({@link Greeting}).
 */
final class ControlCodec {
    /** The version this code speaks, the oldest and the newest. */
    static final int VERSION = 2;

    /** Opens a hello: "CAPS". */
    static final int MAGIC = 0x43415053;

    /** Longest Pekko address, in bytes. */
    static final int ARTERY_BYTES_MAX = 512;

    /** Longest refusal, in bytes. */
    static final int TEXT_BYTES_MAX = 1024;

    /** Most nodes in one view, most contacts in one frame. */
    static final int NODES_MAX = 512;

    static final int CONTACTS_MAX = 128;

    /** What a frame may be longer than a payload: type, two node ids, route, priority, channel. */
    static final int OVERHEAD_BYTES_MAX = 256;

    private static final int HELLO = 1;
    private static final int PROOF = 2;
    private static final int WELCOME = 3;
    private static final int REFUSE = 4;
    private static final int HEARTBEAT = 5;
    private static final int VIEW = 6;
    private static final int CREDIT = 7;
    private static final int PEERS = 8;
    private static final int GOODBYE = 9;
    private static final int RELAY = 10;
    private static final int RELAY_CREDIT = 11;

    private static final int FLAG_CLUSTER = 1;
    private static final int FLAG_MEMBER = 2;
    private static final int MAC_BYTES = 32;

    private ControlCodec() {}

    static byte[] encode(Control frame) {
        ByteBuf out = Unpooled.buffer(128);
        if (frame instanceof Control.Hello hello) {
            writeHello(out.writeByte(HELLO), hello);
        } else if (frame instanceof Control.Proof proof) {
            out.writeByte(PROOF).writeBytes(proof.mac());
        } else if (frame instanceof Control.Welcome) {
            out.writeByte(WELCOME);
        } else if (frame instanceof Control.Refuse refuse) {
            writeText(out.writeByte(REFUSE).writeByte(refuse.code().code), refuse.text(), TEXT_BYTES_MAX);
        } else if (frame instanceof Control.Heartbeat heartbeat) {
            out.writeByte(HEARTBEAT).writeByte(heartbeat.member() ? FLAG_MEMBER : 0);
        } else if (frame instanceof Control.View view) {
            writeView(out.writeByte(VIEW), view);
        } else if (frame instanceof Control.Credit credit) {
            out.writeByte(CREDIT).writeByte(credit.channel()).writeInt(credit.bytes());
        } else if (frame instanceof Control.Peers peers) {
            writePeers(out.writeByte(PEERS), peers);
        } else if (frame instanceof Control.Goodbye) {
            out.writeByte(GOODBYE);
        } else if (frame instanceof Control.Relay relay) {
            writeRelay(out.writeByte(RELAY), relay);
        } else if (frame instanceof Control.RelayCredit credit) {
            writeHop(out.writeByte(RELAY_CREDIT), credit.to(), credit.from(), credit.route());
            out.writeByte(credit.channel()).writeInt(credit.bytes());
        } else {
            throw new IllegalStateException("no bytes for " + frame);
        }
        return ByteBufUtil.getBytes(out);
    }

    /** @throws MalformedFrame when {@code bytes} are no frame of this version */
    static Control decode(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            Control frame = decodeBody(in);
            if (in.isReadable()) {
                throw new MalformedFrame(in.readableBytes() + " bytes too many after "
                        + frame.getClass().getSimpleName());
            }
            return frame;
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedFrame("a frame of the link ends early, after " + bytes.length + " bytes");
        } catch (IllegalArgumentException e) {
            throw new MalformedFrame("a frame of the link holds what it may not: " + e.getMessage());
        }
    }

    private static Control decodeBody(ByteBuf in) {
        int type = in.readUnsignedByte();
        return switch (type) {
            case HELLO -> readHello(in);
            case PROOF -> new Control.Proof(readBytes(in, MAC_BYTES));
            case WELCOME -> new Control.Welcome();
            case REFUSE -> new Control.Refuse(RefuseCode.of(in.readUnsignedByte()), readText(in, TEXT_BYTES_MAX));
            case HEARTBEAT -> new Control.Heartbeat((in.readUnsignedByte() & FLAG_MEMBER) != 0);
            case VIEW -> readView(in);
            case CREDIT -> new Control.Credit(readChannel(in), readPositive(in));
            case PEERS -> readPeers(in);
            case GOODBYE -> new Control.Goodbye();
            case RELAY ->
                new Control.Relay(
                        readId(in),
                        readId(in),
                        in.readInt(),
                        Channel.Priority.of(in.readUnsignedByte()),
                        readChannel(in),
                        readPayload(in));
            case RELAY_CREDIT ->
                new Control.RelayCredit(readId(in), readId(in), in.readInt(), readChannel(in), readPositive(in));
            default -> throw new MalformedFrame("no frame of the link has type " + type);
        };
    }

    private static void writeHello(ByteBuf out, Control.Hello hello) {
        ClusterId cluster = hello.cluster();
        out.writeInt(MAGIC).writeByte(hello.oldest()).writeByte(hello.newest());
        out.writeByte((cluster == null ? 0 : FLAG_CLUSTER) | (hello.member() ? FLAG_MEMBER : 0));
        if (cluster != null) {
            out.writeBytes(cluster.toBytes());
        }
        writeId(out, hello.id());
        writeAddress(out, hello.address());
        writeText(out, hello.artery(), ARTERY_BYTES_MAX);
        out.writeInt(hello.windowBytes());
        out.writeLong(hello.nonce().high()).writeLong(hello.nonce().low());
        // What later versions add stands here behind its length, and is skipped.
        out.writeShort(0);
    }

    private static Control readHello(ByteBuf in) {
        int magic = in.readInt();
        if (magic != MAGIC) {
            throw new MalformedFrame("whoever called speaks another protocol: the port is for links between nodes");
        }
        int oldest = in.readUnsignedByte();
        int newest = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        ClusterId cluster = (flags & FLAG_CLUSTER) == 0 ? null : ClusterId.fromBytes(readBytes(in, 16));
        NodeId id = readId(in);
        LinkAddress address = readAddress(in);
        String artery = readText(in, ARTERY_BYTES_MAX);
        int windowBytes = in.readInt();
        if (windowBytes < LinkSettings.WINDOW_BYTES_MIN || windowBytes > LinkSettings.WINDOW_BYTES_MAX) {
            throw new MalformedFrame("a window of " + windowBytes + " bytes is none");
        }
        var nonce = new Control.Nonce(in.readLong(), in.readLong());
        in.skipBytes(in.readUnsignedShort());
        return new Control.Hello(
                oldest, newest, cluster, id, address, artery, (flags & FLAG_MEMBER) != 0, windowBytes, nonce);
    }

    private static void writeView(ByteBuf out, Control.View view) {
        out.writeShort(view.links().size());
        view.links().forEach((id, serial) -> {
            writeId(out, id);
            out.writeInt(serial);
        });
    }

    private static Control readView(ByteBuf in) {
        int count = readCount(in, NODES_MAX);
        Map<NodeId, Integer> links = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            links.put(readId(in), in.readInt());
        }
        return new Control.View(links);
    }

    private static void writePeers(ByteBuf out, Control.Peers peers) {
        out.writeShort(peers.contacts().size());
        for (Contact contact : peers.contacts()) {
            writeId(out, contact.id());
            writeAddress(out, contact.address());
        }
    }

    private static Control readPeers(ByteBuf in) {
        int count = readCount(in, CONTACTS_MAX);
        List<Contact> contacts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contacts.add(new Contact(readId(in), readAddress(in)));
        }
        return new Control.Peers(contacts);
    }

    private static void writeRelay(ByteBuf out, Control.Relay relay) {
        writeHop(out, relay.to(), relay.from(), relay.route());
        out.writeByte(relay.priority().code()).writeByte(relay.channel()).writeBytes(relay.payload());
    }

    private static void writeHop(ByteBuf out, NodeId to, NodeId from, int route) {
        writeId(out, to);
        writeId(out, from);
        out.writeInt(route);
    }

    private static void writeId(ByteBuf out, NodeId id) {
        byte[] name = id.name().getBytes(StandardCharsets.UTF_8);
        out.writeByte(name.length).writeBytes(name).writeLong(id.incarnation());
    }

    private static NodeId readId(ByteBuf in) {
        String name = new String(readBytes(in, in.readUnsignedByte()), StandardCharsets.UTF_8);
        return new NodeId(name, in.readLong());
    }

    private static void writeAddress(ByteBuf out, LinkAddress address) {
        byte[] host = address.host().getBytes(StandardCharsets.UTF_8);
        out.writeByte(host.length).writeBytes(host).writeShort(address.port());
    }

    private static LinkAddress readAddress(ByteBuf in) {
        String host = new String(readBytes(in, in.readUnsignedByte()), StandardCharsets.UTF_8);
        return new LinkAddress(MalformedFrame.requirePrintable(host), in.readUnsignedShort());
    }

    private static void writeText(ByteBuf out, String text, int bytesMax) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, bytesMax);
        out.writeShort(length).writeBytes(bytes, 0, length);
    }

    private static String readText(ByteBuf in, int bytesMax) {
        int length = in.readUnsignedShort();
        if (length > bytesMax) {
            throw new MalformedFrame("a text of " + length + " bytes, at most " + bytesMax + " are allowed");
        }
        return MalformedFrame.requirePrintable(new String(readBytes(in, length), StandardCharsets.UTF_8));
    }

    private static byte[] readPayload(ByteBuf in) {
        if (in.readableBytes() > Mesh.PAYLOAD_BYTES_MAX) {
            throw new MalformedFrame("a relayed payload of " + in.readableBytes() + " bytes");
        }
        return readBytes(in, in.readableBytes());
    }

    /** Looks before it allocates: a length on the wire is only a claim. */
    private static byte[] readBytes(ByteBuf in, int length) {
        if (in.readableBytes() < length) {
            throw new IndexOutOfBoundsException(length);
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return bytes;
    }

    private static int readCount(ByteBuf in, int max) {
        int count = in.readUnsignedShort();
        if (count > max) {
            throw new MalformedFrame("a list of " + count + ", at most " + max + " are allowed");
        }
        return count;
    }

    private static int readChannel(ByteBuf in) {
        int channel = in.readUnsignedByte();
        if (channel < 1 || channel > 127) {
            throw new MalformedFrame("no channel has code " + channel);
        }
        return channel;
    }

    private static int readPositive(ByteBuf in) {
        int number = in.readInt();
        if (number <= 0) {
            throw new MalformedFrame("a credit of " + number + " bytes");
        }
        return number;
    }
}
