package io.capstan.actors.internal.link;

import io.capstan.actors.internal.tls.NodeTls;
import io.capstan.actors.internal.tls.TlsSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody with a certificate of the cluster's authority, but without its secret, who stands between two nodes: TLS with
 * each of them, and whatever one says is passed on to the other.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Eavesdropper implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong heard = new AtomicLong();
    private final NodeTls tls;
    private final Channel listening;

    Eavesdropper(TlsSettings settings, LinkAddress to) {
        tls = NodeTls.read(settings);
        listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel caller) {
                        ChannelFuture called = call(to, caller);
                        caller.pipeline().addLast(LinkTls.handler(tls, null), new PassOn(called));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private ChannelFuture call(LinkAddress to, SocketChannel caller) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel called) {
                        called.pipeline().addLast(LinkTls.handler(tls, to), new PassOn(caller.newSucceededFuture()));
                    }
                })
                .connect(new InetSocketAddress(to.host(), to.port()));
    }

    LinkAddress address() {
        return new LinkAddress("127.0.0.1", ((InetSocketAddress) listening.localAddress()).getPort());
    }

    /** How many bytes it has read in the clear. */
    long heard() {
        return heard.get();
    }

    private final class PassOn extends ChannelInboundHandlerAdapter {
        private final ChannelFuture to;

        private PassOn(ChannelFuture to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            heard.addAndGet(((ByteBuf) message).readableBytes());
            to.addListener(open -> to.channel().writeAndFlush(message));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            to.addListener(open -> to.channel().close());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
