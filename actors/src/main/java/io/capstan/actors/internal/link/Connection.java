package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One TCP connection with a peer, from its first byte to its last. Confined to the mesh's thread. */
// Justification: a close that fails also ends the connection, and channelInactive tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** A frame before its body: u32 length of what follows, u8 channel. */
    static final int HEADER_BYTES = 5;

    /** What a connection tells its mesh. */
    interface Owner {
        /** The greeting went well: the link stands. */
        void stands(Connection connection);

        /** A frame of the link's own, on a link that stands. */
        void control(Connection connection, Control frame, byte[] body);

        /** The channel that a frame of the link's own is counted for. */
        int whose(Control frame);

        /** A frame of another channel. */
        void data(Connection connection, int channel, byte[] payload);

        /** The greeting came to nothing; {@link #ended} follows. */
        void refused(Connection connection, Control.Refuse refusal, boolean ours);

        /** The last word of every connection. */
        void ended(Connection connection, NodeEvent.Reason reason);
    }

    private enum Stage {
        GREETING,
        STANDING,
        CLOSED
    }

    private final Owner owner;
    private final Greeting greeting;
    private final Meter meter;
    private final Sending sending;
    private Stage stage = Stage.GREETING;
    private io.netty.channel.@Nullable Channel socket;
    private Map<NodeId, Integer> view = Map.of();
    private Meter.@Nullable Tally tally;
    private boolean peerIsMember;
    private int serial;
    private long silentNanos;
    private long ageNanos;

    Connection(Owner owner, Greeting greeting, Meter meter) {
        this.owner = owner;
        this.greeting = greeting;
        this.meter = meter;
        this.sending = new Sending(meter);
    }

    Greeting greeting() {
        return greeting;
    }

    /** Whose connection it is; known as soon as its hello has come. */
    Control.Hello peer() {
        Control.Hello peer = greeting.peer();
        if (peer == null) {
            throw new IllegalStateException("no hello yet");
        }
        return peer;
    }

    boolean standing() {
        return stage == Stage.STANDING;
    }

    boolean closed() {
        return stage == Stage.CLOSED;
    }

    /** Whom the peer said last that it is linked to. */
    Map<NodeId, Integer> view() {
        return view;
    }

    void view(Map<NodeId, Integer> said) {
        view = Map.copyOf(said);
    }

    boolean peerIsMember() {
        return peerIsMember;
    }

    void peerIsMember(boolean member) {
        peerIsMember = member;
    }

    /** Which of all links that this node ever had. */
    int serial() {
        return serial;
    }

    void serial(int number) {
        serial = number;
    }

    /** For how long nothing was read, by the mesh's own count: see {@link #age}. */
    long silentNanos() {
        return silentNanos;
    }

    long ageNanos() {
        return ageNanos;
    }

    /** Time has passed in which the mesh's thread was awake and would have read what came. */
    void age(long nanos) {
        silentNanos += nanos;
        ageNanos += nanos;
    }

    /** Bytes came, be it a part of a frame. */
    void heard() {
        silentNanos = 0;
    }

    /** Queues one of the link's own frames; {@link #flush} writes. */
    void queue(Control frame) {
        sending.queue(Outbox.CONTROL, new Outbox.Frame(0, 0, ControlCodec.encode(frame)));
    }

    /** Queues a frame of the link's own that goes with others of its rank: one that is relayed, for channel {@code whose}. */
    void queueRanked(int rank, int whose, byte[] body) {
        sending.queue(rank, new Outbox.Frame(0, whose, body));
    }

    /** Queues a frame; {@link #flush} writes. */
    void queue(Channel.Priority priority, int channel, byte[] body) {
        sending.queue(Outbox.rank(priority), new Outbox.Frame(channel, channel, body));
    }

    /** Whether nothing waits, so that the peer will hear nothing from us unless we say something. */
    boolean idle() {
        return sending.idle();
    }

    /** Hands the socket what it takes now. */
    void flush() {
        sending.flush();
    }

    /** Cuts as a network would: what is not read or written now stays where it is. */
    void stall(boolean reads, boolean writes) {
        if (socket != null) {
            socket.config().setAutoRead(!reads);
        }
        sending.hold(writes);
    }

    /** Closes; {@link Owner#ended} is told before this returns. */
    void close(NodeEvent.Reason reason) {
        if (stage != Stage.CLOSED) {
            stage = Stage.CLOSED;
            sending.end();
            owner.ended(this, reason);
        }
    }

    /** Says one last thing, then closes. */
    void closeAfter(Control last, NodeEvent.Reason reason) {
        if (stage != Stage.CLOSED) {
            stage = Stage.CLOSED;
            sending.endWith(last);
            owner.ended(this, reason);
        }
    }

    /** Done when its socket is closed; null when it has none. */
    @Nullable
    ChannelFuture socketClosed() {
        return socket == null ? null : socket.closeFuture();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        socket = added.channel();
        sending.to(socket);
        if (stage == Stage.CLOSED) {
            added.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        perform(greeting.opened());
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        if (stage == Stage.GREETING) {
            var silent = "it closes the connection without a word: perhaps its log tells why";
            owner.refused(this, new Control.Refuse(RefuseCode.UNREACHABLE, silent), false);
        }
        close(NodeEvent.Reason.CLOSED);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        flush();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext read, ByteBuf frame) {
        if (stage == Stage.CLOSED) {
            return;
        }
        int channel = frame.readUnsignedByte();
        byte[] body = ByteBufUtil.getBytes(frame);
        if (stage == Stage.GREETING) {
            if (channel != 0) {
                throw new MalformedFrame("a frame of channel " + channel + " before the greeting was done");
            }
            meter.received(0, HEADER_BYTES + body.length);
            perform(greeting.received(body));
            return;
        }
        if (tally != null) {
            tally.received(HEADER_BYTES + body.length);
        }
        if (channel == 0) {
            Control said = ControlCodec.decode(body);
            meter.received(owner.whose(said), HEADER_BYTES + body.length);
            owner.control(this, said, body);
        } else if (channel <= 127 && body.length <= Mesh.PAYLOAD_BYTES_MAX) {
            meter.received(channel, HEADER_BYTES + body.length);
            owner.data(this, channel, body);
        } else {
            throw new MalformedFrame("a frame of channel " + channel + " with " + body.length + " bytes");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (root instanceof SSLException) {
            insecure(root);
        } else if (cause instanceof IOException) {
            log.debug("connection {} ends: {}", this, cause.getMessage());
            close(NodeEvent.Reason.CLOSED);
        } else if (root instanceof MalformedFrame || root instanceof DecoderException) {
            if (stage == Stage.GREETING) {
                // Whoever calls with another protocol does so again and again: said once, by the doorkeeper. To the
                // other
                // end too: it may be a node with TLS, which would not know better than that nobody is there.
                refused(new Greeting.Step.Refused(
                        new Control.Refuse(RefuseCode.PROTOCOL, FrameDecoder.told(root)), true));
            } else {
                log.warn("connection {} is closed: {}", this, root.getMessage());
                close(NodeEvent.Reason.DROPPED);
            }
        } else {
            log.error("connection {} is closed after a failure of this node's own", this, cause);
            close(NodeEvent.Reason.DROPPED);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            insecure(handshake.cause());
        }
    }

    /** TLS came to nothing, or the traffic was changed on its way. */
    private void insecure(Throwable cause) {
        if (stage == Stage.GREETING) {
            // Whoever closes meanwhile may be on its way down, or have no TLS and say so in its own log.
            RefuseCode code = cause instanceof ClosedChannelException ? RefuseCode.UNREACHABLE : RefuseCode.INSECURE;
            owner.refused(this, new Control.Refuse(code, LinkTls.told(cause)), true);
            if (cause instanceof NotSslRecordException && greeting.role() == Greeting.Role.ACCEPTOR && socket != null) {
                LinkTls.refuseInTheClear(socket);
            }
            close(NodeEvent.Reason.DROPPED);
        } else {
            log.debug("connection {} ends: {}", this, cause.getMessage());
            close(NodeEvent.Reason.CLOSED);
        }
    }

    private void perform(List<Greeting.Step> steps) {
        for (Greeting.Step step : steps) {
            if (step instanceof Greeting.Step.Send send) {
                queue(send.frame());
            } else if (step instanceof Greeting.Step.Stand) {
                flush();
                stage = Stage.STANDING;
                Meter.Tally peers = meter.with(peer().id().name());
                tally = peers;
                sending.countedFor(peers);
                peerIsMember = peer().member();
                owner.stands(this);
            } else if (step instanceof Greeting.Step.Refused refused) {
                refused(refused);
            }
        }
        flush();
    }

    private void refused(Greeting.Step.Refused refused) {
        Control.Refuse refusal = refused.refusal();
        owner.refused(this, refusal, refused.ours());
        if (refused.ours() && refusal.code().said()) {
            closeAfter(refusal, NodeEvent.Reason.DROPPED);
        } else {
            close(NodeEvent.Reason.DROPPED);
        }
    }

    /** For logs: the other end's socket. */
    String place() {
        // A name that was not looked up is empty there, before a slash.
        return socket == null
                ? "no address"
                : String.valueOf(socket.remoteAddress()).replaceFirst("^/", "");
    }

    /** For logs: the other end's machine. */
    String host() {
        return socket != null && socket.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getHostString()
                : "no address";
    }

    /** For logs: the peer as far as it is known, and the address. */
    @Override
    public String toString() {
        Control.Hello peer = greeting.peer();
        return "with " + (peer == null ? "somebody" : peer.id()) + " at " + place();
    }
}
