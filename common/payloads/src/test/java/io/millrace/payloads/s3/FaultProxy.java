package io.millrace.payloads.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** Stands before an HTTP server, takes down what it is asked, and answers wrongly where it is told to. */
public final class FaultProxy implements AutoCloseable {
    /** A request as it came. */
    record Request(String method, String target, String head) {
        /** A header's value; null where it is missing. */
        String header(String name) {
            for (String line : head.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).trim();
                }
            }
            return null;
        }
    }

    /** What is done with a request instead of handing it on. */
    interface Fault {
        void apply(Socket client, Request request, Runnable handOn) throws IOException;
    }

    private record Rule(Predicate<Request> condition, Fault fault) {}

    private final ServerSocket listener;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Queue<Rule> rules = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Future<?> accepting;

    public FaultProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.accepting = threads.submit(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    List<Request> requests() {
        return requests;
    }

    List<Request> requests(String method) {
        return requests.stream().filter(one -> one.method().equals(method)).toList();
    }

    /** The next request that the condition takes has the fault. */
    void next(Predicate<Request> condition, Fault fault) {
        rules.add(new Rule(condition, fault));
    }

    /** The next requests of a method have the fault. */
    void next(int times, String method, Fault fault) {
        for (int i = 0; i < times; i++) {
            next(request -> request.method().equals(method), fault);
        }
    }

    /** An answer as S3 gives it, after the request's body was read. */
    static Fault answer(int status, String code) {
        return (client, request, handOn) -> {
            drain(client, request);
            byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                            + "</Code><Message>As you like it</Message></Error>")
                    .getBytes(StandardCharsets.UTF_8);
            respond(
                    client,
                    "HTTP/1.1 " + status + " Fault\r\nContent-Type: application/xml\r\nContent-Length: " + body.length
                            + "\r\nConnection: close\r\n\r\n");
            client.getOutputStream().write(body);
        };
    }

    /** A good answer with so many bytes, of which some are sent before the connection ends. */
    static Fault body(long announced, int sent) {
        return (client, request, handOn) -> {
            respond(
                    client,
                    "HTTP/1.1 200 OK\r\n" + (announced < 0 ? "" : "Content-Length: " + announced + "\r\n")
                            + "Connection: close\r\n\r\n");
            OutputStream out = client.getOutputStream();
            byte[] bytes = new byte[64 * 1024];
            for (int left = sent; left > 0; left -= bytes.length) {
                out.write(bytes, 0, Math.min(left, bytes.length));
            }
        };
    }

    /** The connection ends before anything was answered. */
    static Fault hangUp() {
        return (client, request, handOn) -> client.setSoLinger(true, 0);
    }

    /** Nothing is answered until the latch is open; then the request is handed on. */
    static Fault hold(CountDownLatch latch) {
        return (client, request, handOn) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            handOn.run();
        };
    }

    /** The request is handed on with another byte in the middle of its body. */
    Fault garble() {
        return (client, request, handOn) -> {
            if (request.header("expect") != null) {
                respond(client, "HTTP/1.1 100 Continue\r\n\r\n");
            }
            byte[] body = client.getInputStream().readNBytes(Integer.parseInt(request.header("content-length")));
            body[body.length / 2] ^= 1;
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                // It need not be asked any more.
                sendHead(request.head().replaceFirst("(?i)expect:[^\r]*\r\n", ""), server);
                server.getOutputStream().write(body);
                server.getInputStream().transferTo(client.getOutputStream());
            }
        };
    }

    private static void respond(Socket client, String head) throws IOException {
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static void drain(Socket client, Request request) throws IOException {
        String length = request.header("content-length");
        if (length != null && request.header("expect") == null) {
            client.getInputStream().skipNBytes(Long.parseLong(length));
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            Request request = read(client.getInputStream());
            if (request == null) {
                return;
            }
            requests.add(request);
            Rule rule = take(request);
            if (rule == null) {
                handOn(client, request);
            } else {
                rule.fault().apply(client, request, () -> handOn(client, request));
            }
            client.getOutputStream().flush();
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private synchronized Rule take(Request request) {
        Optional<Rule> rule =
                rules.stream().filter(one -> one.condition().test(request)).findFirst();
        return rule.filter(rules::remove).orElse(null);
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0d0a0d0a) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
            last = last << 8 | next;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        String[] line = text.substring(0, text.indexOf('\r')).split(" ", 3);
        return new Request(line[0], line[1], text);
    }

    /** One request for a connection: the server ends it. */
    private void handOn(Socket client, Request request) {
        try (Socket server = new Socket()) {
            sockets.add(server);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            sendHead(request.head(), server);
            Future<?> up = threads.submit(() -> copy(client, server));
            server.getInputStream().transferTo(client.getOutputStream());
            up.cancel(true);
        } catch (IOException e) {
            // One of both is gone, and so is the other one.
        }
    }

    private static void sendHead(String head, Socket server) throws IOException {
        server.getOutputStream()
                .write((head.substring(0, head.length() - 2) + "Connection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The request is over.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        accepting.cancel(true);
        threads.shutdownNow();
    }
}
