package io.millrace.benchmarks.claimcheck;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an HTTP server on this machine and holds back each request for a time, as a server far away does: once, when
 * its head has come, however large its body is. Requests on different connections wait at the same time.
 */
final class DelayProxy implements AutoCloseable {
    private static final int BUFFER = 512 * 1024;
    private static final int LARGEST_HEAD = 16 * 1024;
    private static final Pattern LENGTH =
            Pattern.compile("^content-length:\\s*(\\d+)\\s*$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern CHUNKED =
            Pattern.compile("^transfer-encoding:", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final ServerSocketChannel listener;
    private final int serverPort;
    private final long delayMs;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<IOException> failure = new AtomicReference<>();

    DelayProxy(int serverPort, int delayMs) throws IOException {
        this.serverPort = serverPort;
        this.delayMs = delayMs;
        this.listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        start("accept", this::accept);
    }

    String endpoint() throws IOException {
        return "http://127.0.0.1:" + ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (ClosedChannelException e) {
                        // Either side has gone, or the benchmark is over.
                    } catch (IOException e) {
                        failure.compareAndSet(null, e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "delay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = listener.accept();
            SocketChannel server =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            for (SocketChannel channel : new SocketChannel[] {client, server}) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                open.add(channel);
            }
            start("requests", () -> closing(client, server, () -> requests(client, server)));
            start("answers", () -> closing(client, server, () -> answers(server, client)));
        }
    }

    private void closing(SocketChannel client, SocketChannel server, Work work)
            throws IOException, InterruptedException {
        try (client;
                server) {
            work.run();
        } catch (EOFException e) {
            // Whoever has sent all does not come back.
        } catch (IOException e) {
            // A connection that was reset is the contender's to complain about.
            if (!"Connection reset".equals(e.getMessage()) && !"Broken pipe".equals(e.getMessage())) {
                throw e;
            }
        } finally {
            open.remove(client);
            open.remove(server);
        }
    }

    private static void answers(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_HEAD);
        while (true) {
            read(from, buffer);
            buffer.flip();
            write(to, buffer, buffer.remaining());
            buffer.clear();
        }
    }

    private void requests(SocketChannel from, SocketChannel to) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        buffer.flip();
        while (true) {
            String head = head(from, buffer);
            Thread.sleep(delayMs);
            long left = head.length() + bodyBytes(head);
            while (left > 0) {
                if (!buffer.hasRemaining()) {
                    buffer.clear();
                    read(from, buffer);
                    buffer.flip();
                }
                left -= write(to, buffer, left);
            }
        }
    }

    /** Reads until the buffer, which is being read from, begins with a whole head. */
    private static String head(SocketChannel from, ByteBuffer buffer) throws IOException {
        while (true) {
            byte[] bytes = new byte[Math.min(LARGEST_HEAD, buffer.remaining())];
            buffer.get(buffer.position(), bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                return text.substring(0, end + 4);
            }
            if (bytes.length == LARGEST_HEAD) {
                throw new IOException("A request's head has more than " + LARGEST_HEAD + " bytes");
            }
            buffer.compact();
            read(from, buffer);
            buffer.flip();
        }
    }

    private static long bodyBytes(String head) throws IOException {
        if (CHUNKED.matcher(head).find()) {
            throw new IOException("A request does not say how long it is");
        }
        Matcher length = LENGTH.matcher(head);
        return length.find() ? Long.parseLong(length.group(1)) : 0;
    }

    private static void read(SocketChannel from, ByteBuffer buffer) throws IOException {
        if (from.read(buffer) < 0) {
            throw new EOFException();
        }
    }

    /** Writes up to so many bytes. */
    private static long write(SocketChannel to, ByteBuffer buffer, long most) throws IOException {
        int count = (int) Math.min(most, buffer.remaining());
        ByteBuffer part = buffer.slice(buffer.position(), count);
        while (part.hasRemaining()) {
            to.write(part);
        }
        buffer.position(buffer.position() + count);
        return count;
    }

    /** Ends all connections. Throws what went wrong with one of them. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
