package io.capstan.actors.internal.link;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.internal.tls.Certificates;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens sockets, all on the mesh's one thread, and puts a {@link Connection} behind each. */
// Justification: the listener is told; and nothing here throws but a bug, which the mesh's thread logs.
@SuppressWarnings("FutureReturnValueIgnored")
final class Sockets {
    /**
     * How much Netty may hold before an urgent frame has to wait behind it. Low on purpose: what waits in an
     * {@link Outbox} can be overtaken, what waits here cannot.
     */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final EventLoop loop;
    private final LinkSettings settings;
    private final @Nullable Certificates certificates;

    /** @param certificates null: in the clear */
    Sockets(EventLoop loop, LinkSettings settings, @Nullable Certificates certificates) {
        this.loop = loop;
        this.settings = settings;
        this.certificates = certificates;
    }

    /** Listens, with a connection for every caller. */
    ChannelFuture listen(Supplier<Connection> caller) {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(pipeline(caller, null))
                .bind(new InetSocketAddress(settings.listenHost(), settings.port()));
    }

    /** Calls an address; the connection learns what comes of it. */
    void call(LinkAddress address, Connection connection) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.dialTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(pipeline(() -> connection, address));
        resolve(address)
                .thenAcceptAsync(
                        resolved -> bootstrap.connect(resolved).addListener((ChannelFutureListener) opened -> {
                            if (!opened.isSuccess()) {
                                connection.close(NodeEvent.Reason.CLOSED);
                            }
                        }),
                        loop);
    }

    /** Asking DNS may block for seconds: never on the mesh's thread, which would then be silent to everybody. */
    private static CompletableFuture<InetSocketAddress> resolve(LinkAddress address) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(address.host());
        Executor where = literal == null ? task -> thread(task).start() : Runnable::run;
        return CompletableFuture.supplyAsync(() -> new InetSocketAddress(address.host(), address.port()), where);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "capstan-resolve");
        thread.setDaemon(true);
        return thread;
    }

    /** @param calling where to; null for those who call us */
    private ChannelInitializer<SocketChannel> pipeline(
            Supplier<Connection> connections, @Nullable LinkAddress calling) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                Connection connection = connections.get();
                if (certificates != null) {
                    SslHandler tls = LinkTls.handler(certificates.current(), calling);
                    channel.pipeline().addLast(tls, LinkTls.seal(tls, certificates.named(), connection.greeting()));
                }
                channel.pipeline().addLast(new FrameDecoder(connection::heard), connection);
            }
        };
    }
}
