package io.millrace.benchmarks.channels;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Clients of one server, on one thread and with the same code for every contender. They connect from several loopback addresses, because one
 * has too few ports for many. One thread controls them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed connection is tried again.
final class PushClients implements AutoCloseable {
    private static final int FRAME_BYTES = 1 << 20;
    private static final long CLOSE_MS = 1_000;
    private static final int SOURCE_ADDRESSES = 4;
    /** How many connections are opened at the same time, unless it is a storm. */
    private static final int OPENING = 100;
    /** Of a client that reads nothing, so that little is in the kernel. */
    private static final int SMALL_BUFFER_BYTES = 4_096;

    private static final int MIN_BACKOFF_MS = 500;
    private static final int MAX_BACKOFF_MS = 20_000;
    private static final long MOST_SECONDS = 300;

    private final PushProtocol protocol;
    private final int port;
    private final EventLoopGroup thread = new NioEventLoopGroup(1, new DefaultThreadFactory("push-clients", true));
    private final List<PushClient> clients = new ArrayList<>();
    private final Random random = new Random(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private volatile Arrivals arrivals = (number, sentNanos) -> {};
    /** Why the last connection failed; shown if the clients do not get on. */
    private volatile String lastFailure = "none";

    private volatile boolean closed;

    /** What is done with the time of each event. Called by the clients' thread. */
    interface Arrivals {
        void add(int number, long sentNanos);
    }

    /** Clients of a server on this loopback port. */
    PushClients(PushProtocol protocol, int port) {
        this.protocol = protocol;
        this.port = port;
    }

    /** Takes the times of events from now on. */
    void measure(Arrivals next) {
        arrivals = next;
    }

    /** Adds clients, and returns when all of them are subscribed. */
    void add(int count, IntFunction<String> channel) throws InterruptedException {
        add(count, channel, false);
    }

    /** Adds clients that read nothing once they are subscribed. */
    void addStuck(int count, String channel) throws InterruptedException {
        add(count, number -> channel, true);
    }

    private void add(int count, IntFunction<String> channel, boolean stuck) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            PushClient client = new PushClient(this, channel.apply(i), stuck);
            clients.add(client);
            int before = clients.size() - OPENING;
            awaitThat("connections", () -> subscribed.get() >= before);
            connect(client, 0);
        }
        awaitSubscribed();
    }

    /** The clients that read. */
    List<PushClient> reading() {
        return clients.stream().filter(client -> !client.isStuck()).toList();
    }

    private void awaitSubscribed() throws InterruptedException {
        awaitThat("subscriptions", () -> subscribed.get() == clients.size());
    }

    /**
     * Cuts all connections at once, and connects each again within half a second, as the browser module does. Returns after how many seconds
     * all are subscribed again, at most after these.
     */
    double storm(int mostSeconds) throws InterruptedException {
        subscribed.set(0);
        long begin = System.nanoTime();
        for (PushClient client : clients) {
            Channel former = client.connection();
            thread.next().execute(() -> {
                former.config().setOption(ChannelOption.SO_LINGER, 0);
                former.close();
            });
            scheduleConnect(client, 0);
        }
        while (subscribed.get() < clients.size() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(mostSeconds)) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** How many clients are subscribed, or were since the storm. */
    int subscribed() {
        return subscribed.get();
    }

    private void scheduleConnect(PushClient client, int attempt) {
        int limit = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS << Math.min(attempt, 10));
        thread.schedule(() -> connect(client, attempt), random.nextInt(limit), TimeUnit.MILLISECONDS);
    }

    private void connect(PushClient client, int attempt) {
        if (closed) {
            return;
        }
        WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                URI.create("ws://127.0.0.1:" + port + protocol.pathOf(client)),
                WebSocketVersion.V13,
                protocol.subprotocol().orElse(null),
                false,
                new DefaultHttpHeaders(),
                FRAME_BYTES,
                true,
                false,
                CLOSE_MS,
                false,
                // These are no pages.
                false);
        Bootstrap bootstrap = new Bootstrap()
                .group(thread)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(8_192),
                                        new WebSocketClientProtocolHandler(handshaker),
                                        new Frames(client, attempt));
                    }
                });
        if (client.isStuck()) {
            bootstrap.option(ChannelOption.SO_RCVBUF, SMALL_BUFFER_BYTES);
        }
        int address = 2 + connections.getAndIncrement() % SOURCE_ADDRESSES;
        bootstrap
                .connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new InetSocketAddress("127.0.0." + address, 0))
                .addListener(connecting -> {
                    if (!connecting.isSuccess()) {
                        lastFailure = String.valueOf(connecting.cause());
                        scheduleConnect(client, attempt + 1);
                    }
                });
    }

    /** The frames of a connection. */
    private final class Frames extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        private final PushClient client;
        private final int attempt;
        private boolean isOpen;

        Frames(PushClient client, int attempt) {
            this.client = client;
            this.attempt = attempt;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                isOpen = true;
                client.connected(context.channel());
                protocol.open(client);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            if (client.connection() == context.channel()) {
                protocol.receive(client, frame.text());
            }
        }

        /** A connection that was refused; others are cut by the benchmark. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!isOpen) {
                scheduleConnect(client, attempt + 1);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            lastFailure = cause.toString();
            context.close();
        }
    }

    /** A client was answered. Called by the clients' thread. */
    void subscribed(PushClient client) {
        subscribed.incrementAndGet();
    }

    /** An event was received. Called by the clients' thread. */
    void received(int number, long sentNanos) {
        received.lazySet(received.get() + 1);
        arrivals.add(number, sentNanos);
    }

    /** Waits until so many events have come since the clients were made, or none comes for some seconds. */
    void awaitReceived(long count, int quietSeconds) throws InterruptedException {
        long last = -1;
        long since = System.nanoTime();
        while (received.get() < count && System.nanoTime() - since < TimeUnit.SECONDS.toNanos(quietSeconds)) {
            long now = received.get();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    long received() {
        return received.get();
    }

    /** A condition of the clients. */
    private interface Condition {
        boolean holds();
    }

    private void awaitThat(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Waited " + MOST_SECONDS + " s for " + what + ", " + subscribed.get()
                        + " of " + clients.size() + " are there; the last failure: " + lastFailure);
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Closes all connections. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
