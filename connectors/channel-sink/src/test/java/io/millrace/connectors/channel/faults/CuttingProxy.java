package io.millrace.connectors.channel.faults;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * A balancer on a loopback port, which passes bytes of each connection to a server and back, and can cut connections or hold their bytes.
 * Its buffers are small, so a client that does not read is noticed by the server soon. Safe for use by many threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What cannot be written is of a connection that is closed.
final class CuttingProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16_384;
    private static final int TIME_TO_CONNECT_MS = 2_000;

    private final IntSupplier target;
    private final EventLoopGroup thread = new NioEventLoopGroup(1, new DefaultThreadFactory("cutting-proxy", true));
    /** The sides of clients. */
    private final Set<Channel> clients = ConcurrentHashMap.newKeySet();

    private final Channel server;
    private volatile boolean held;

    /**
     * Starts a proxy.
     *
     * @param target the port for each new connection
     */
    CuttingProxy(IntSupplier target) {
        this.target = target;
        this.server = new ServerBootstrap()
                .group(thread)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.SO_SNDBUF, BUFFER_BYTES)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        connect(client);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private void connect(Channel client) {
        clients.add(client);
        client.closeFuture().addListener(closed -> clients.remove(client));
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIME_TO_CONNECT_MS)
                .option(ChannelOption.SO_RCVBUF, BUFFER_BYTES)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Side(client))
                .connect(InetAddress.getLoopbackAddress(), target.getAsInt());
        Channel gateway = connecting.channel();
        client.pipeline().addLast(new Side(gateway));
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                client.config().setAutoRead(!held);
                gateway.config().setAutoRead(!held);
            } else {
                client.close();
            }
        });
    }

    /** Passes what it reads to the other side, as long as that has room. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Side(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            other.writeAndFlush(bytes);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other.config().setAutoRead(context.channel().isWritable() && !held);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Cuts some connections, each in an orderly way or by a reset. Returns how many. */
    int cut(double share, Random random) {
        List<Channel> cut =
                clients.stream().filter(client -> random.nextDouble() < share).toList();
        for (Channel client : cut) {
            if (random.nextBoolean()) {
                client.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            client.close();
        }
        return cut.size();
    }

    /** Passes no bytes from now on, as a network does that drops them. */
    void hold() {
        held = true;
        setReading(false);
    }

    /** Passes the bytes that were held, and all others. */
    void release() {
        held = false;
        setReading(true);
    }

    private void setReading(boolean reading) {
        for (Channel client : clients) {
            client.eventLoop().execute(() -> {
                Side side = client.pipeline().get(Side.class);
                if (side != null && side.other.isActive()) {
                    client.config().setAutoRead(reading && side.other.isWritable());
                    side.other.config().setAutoRead(reading && client.isWritable());
                }
            });
        }
    }

    @Override
    public void close() {
        server.close();
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
