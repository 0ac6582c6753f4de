package io.capstan.actors.internal.link;

import io.capstan.actors.internal.tls.NodeTls;
import io.capstan.actors.internal.tls.TlsSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** TLS of a link's connection: what its greeting learns of it, and what is said when it comes to nothing. */
final class LinkTls {
    private static final long CLOSE_MS = 250;

    /** How the JDK begins what it says of the other end's refusal. */
    private static final String ALERT = "Received fatal alert:";

    private LinkTls() {}

    /** @param calling where to; null for a connection with somebody who calls us */
    static SslHandler handler(NodeTls tls, @Nullable LinkAddress calling) {
        SSLEngine engine = calling == null ? tls.answering() : tls.calling(calling.host(), calling.port());
        SslHandler handler = new SslHandler(engine);
        // A peer that reads nothing is not to hold up the end of its connection, and with it a stop, for seconds.
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MS);
        return handler;
    }

    /**
     * Once there is TLS, the greeting is told of whose it is, before the first frame.
     *
     * @param named whether a node's certificate must have the node's name
     */
    static ChannelHandler seal(SslHandler tls, boolean named, Greeting greeting) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event)
                    throws SSLPeerUnverifiedException {
                if (event == SslHandshakeCompletionEvent.SUCCESS) {
                    SSLSession session = tls.engine().getSession();
                    Certificate theirs = session.getPeerCertificates()[0];
                    greeting.sealed(
                            hash(session.getLocalCertificates()[0]),
                            hash(theirs),
                            named ? NodeTls.nodeOf((X509Certificate) theirs) : null);
                }
                context.fireUserEventTriggered(event);
            }
        };
    }

    /**
     * A node without TLS that calls one with it is told so in the only words it understands, beneath TLS: it learned of a
     * connection that is closed, as by a node on its way down, and said nothing.
     */
    // Justification: whoever has gone does not hear it.
    @SuppressWarnings("FutureReturnValueIgnored")
    static void refuseInTheClear(Channel socket) {
        ChannelHandlerContext beneath = socket.pipeline().context(SslHandler.class);
        if (beneath != null) {
            byte[] body = ControlCodec.encode(new Control.Refuse(
                    RefuseCode.PROTOCOL,
                    "there is TLS here, and none with whoever calls: " + TlsSettings.PATH
                            + ".enabled must be the same on all nodes"));
            beneath.writeAndFlush(beneath.alloc()
                    .buffer(Connection.HEADER_BYTES + body.length)
                    .writeInt(1 + body.length)
                    .writeByte(0)
                    .writeBytes(body));
        }
    }

    private static byte[] hash(Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was shown has bytes, and every JDK has SHA-256", e);
        }
    }

    /** What went wrong between two nodes, in one line. */
    static String told(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "whoever this is has no TLS, which is on here (" + TlsSettings.PATH + ".enabled)";
        } else if (cause instanceof ClosedChannelException) {
            return "it closed before there was TLS with it: perhaps it has none";
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        if (root instanceof GeneralSecurityException) {
            return "its certificate is refused (" + why + "): it must be signed by " + TlsSettings.PATH
                    + ".authority, good now, and for the host that is called";
        } else if (why.startsWith(ALERT)) {
            return "it refuses TLS with this node ("
                    + why.substring(ALERT.length()).strip() + "): it may trust another " + TlsSettings.PATH
                    + ".authority; its log tells";
        }
        return "no TLS with it: " + why;
    }
}
