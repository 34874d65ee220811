package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for browsers until it is closed. A certificate is read again when its file changes. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
public final class ChannelListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelListener.class);
    private static final int MAX_LINE = 8_192;
    private static final int MAX_HEADERS = 16_384;
    private static final int MAX_CHUNK = 4_096;
    private static final int BACKLOG = 4_096;
    private static final int MAX_THREADS = 8;
    /** Connections above the limit that still get a response. */
    private static final int REFUSED_CONNECTIONS = 1_000;

    private static final int CHECK_SECONDS = 10;
    private static final int ROTATION_SECONDS = 60;

    private final ListenerState state;
    /** Accepts connections, and does nothing else: in a storm of reconnects, one that is busy would let the system refuse them. */
    private final NioEventLoopGroup acceptor;

    private final NioEventLoopGroup threads;
    private final Channel server;
    /** Of all connections. */
    private final ChannelFutureListener closing;

    private volatile @Nullable SslContext tls;
    private @Nullable List<FileTime> tlsTimes;

    /**
     * Starts to listen.
     *
     * @param clockMs the clock of the hub
     * @throws ConnectException if the address cannot be used, or the certificate cannot be read
     */
    public ChannelListener(ListenerSettings settings, ChannelHub hub, ChannelTokens tokens, LongSupplier clockMs) {
        this.state = new ListenerState(settings, hub, tokens, clockMs);
        this.closing = closed -> state.counts.closeConnection();
        readCertificate();
        this.acceptor = new NioEventLoopGroup(1, new DefaultThreadFactory("millrace-channels-accept", true));
        this.threads = new NioEventLoopGroup(
                Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("millrace-channels", true));
        for (EventExecutor thread : threads) {
            state.sessionsOf(thread);
        }
        try {
            this.server = bind();
        } catch (RuntimeException e) {
            acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
        threads.scheduleAtFixedRate(
                state.counts::rotateLatencies, ROTATION_SECONDS, ROTATION_SECONDS, TimeUnit.SECONDS);
        if (settings.tls().isPresent()) {
            threads.scheduleAtFixedRate(this::refreshCertificate, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
        }
        LOG.info("Listening for channels: {}:{}{}", settings.host(), port(), settings.path());
    }

    private Channel bind() {
        ListenerSettings settings = state.settings;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new LoopReceiveAllocator())
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(settings.unsentBytes() / 2, settings.unsentBytes()))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        initConnection(channel);
                    }
                });
        try {
            return bootstrap
                    .bind(new InetSocketAddress(settings.host(), settings.port()))
                    .syncUninterruptibly()
                    .channel();
        } catch (RuntimeException | Error e) {
            throw new ConnectException(
                    "Cannot listen at " + settings.address() + " (listener.address): " + e.getMessage(), e);
        } catch (Exception e) {
            // Netty throws what the operating system has answered, without declaring it.
            throw new ConnectException(
                    "Cannot listen at " + settings.address() + " (listener.address): " + e.getMessage(), e);
        }
    }

    private void initConnection(SocketChannel channel) {
        int open = state.counts.openConnection();
        channel.closeFuture().addListener(closing);
        if (open > state.settings.maxConnections() + REFUSED_CONNECTIONS) {
            state.counts.countClosed(CloseReason.TOO_MANY);
            channel.close();
            return;
        }
        SslContext context = tls;
        if (context != null) {
            SslHandler handler = context.newHandler(channel.alloc());
            handler.setHandshakeTimeoutMillis(state.settings.subscribeTimeoutMs());
            channel.pipeline().addLast(handler);
        }
        channel.pipeline()
                .addLast(
                        new HttpServerCodec(MAX_LINE, MAX_HEADERS, MAX_CHUNK),
                        RequestHandler.withoutBodies(),
                        new RequestHandler(state));
    }

    private void readCertificate() {
        state.settings.tls().ifPresent(files -> {
            try {
                tlsTimes =
                        List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
                tls = SslContextBuilder.forServer(
                                files.certificate().toFile(), files.key().toFile())
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .build();
            } catch (IOException | IllegalArgumentException e) {
                throw new ConnectException(
                        "The certificate " + files.certificate()
                                + " (listener.tls.certificate) with the key " + files.key()
                                + " (listener.tls.key) cannot be read: expected PEM files with a certificate and an unencrypted"
                                + " key in PKCS #8; found " + e.getMessage(),
                        e);
            }
        });
    }

    private void refreshCertificate() {
        state.settings.tls().ifPresent(files -> {
            try {
                List<FileTime> times =
                        List.of(Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
                if (!times.equals(tlsTimes)) {
                    readCertificate();
                    LOG.info("Read the changed certificate {}", files.certificate());
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("Reading the certificate failed, the last one stays in use: {}", e.toString());
            }
        });
    }

    /** The port that the listener has, also if the operating system has chosen it. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    public ListenerCounts counts() {
        return state.counts;
    }

    /** Uses other tokens from now on. If they accept others than before, all sessions end, and their clients connect with another token. */
    void use(ChannelTokens tokens) {
        boolean same = tokens.acceptsSameAs(state.tokens);
        state.tokens = tokens;
        if (!same) {
            state.forEachSession(
                    session -> session.close(CloseReason.TOKEN, "the keys or rules of tokens have changed"));
        }
    }

    /** Accepts no more subscriptions, and sends the clients to other servers, spread over the first half of the time of a drain. */
    void drain() {
        state.draining = true;
        state.forEachSession(ClientSession::move);
    }

    /** Returns when another listener can use the address, unless that takes longer than 2 s. */
    private void freeAddress() {
        SocketAddress address = server.localAddress();
        server.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        // The JDK closes the socket with the thread's next select.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (!isFree(address) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static boolean isFree(SocketAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Closes all connections as {@code going away}. */
    @Override
    public void close() {
        state.draining = true;
        freeAddress();
        state.forEachSession(session -> session.close(CloseReason.GOING_AWAY, "the server is going away"));
        // The event loops close the other connections.
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        threads.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS);
    }
}
