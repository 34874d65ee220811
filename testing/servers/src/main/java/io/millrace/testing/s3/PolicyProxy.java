package io.millrace.testing.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * A proxy for an S3 server with one user. It has its own users and enforces their policies, as S3 with IAM does. A user
 * is an access key of any name with the server's secret: the signature does not have the name in it, so the proxy
 * passes the server's user name, and the server still verifies the request.
 *
 * <p>S3Proxy does not support encryption, so the proxy handles it: it remembers the KMS key of each object, and
 * forwards the request without those headers.
 *
 * <p>If one of many objects may not be deleted, S3 skips it; this proxy refuses all of them.
 */
public final class PolicyProxy implements AutoCloseable {
    private static final int HEAD_ENDS = 0x0d0a0d0a;
    private static final String NOT_FOUND = " 404 ";

    /** How the proxy is reached, and reaches the server. */
    public record Transport(ServerSocketFactory listening, SocketFactory connecting) {
        public static final Transport PLAIN =
                new Transport(ServerSocketFactory.getDefault(), SocketFactory.getDefault());
    }

    /** An access key and its secret. */
    public record AccessKey(String id, String secret) {}

    private final Transport transport;
    private final int target;
    private final AccessKey serversKey;
    private final Map<String, List<AccessPolicy>> users;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "policy-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final List<Predicate<S3Request>> failing = new CopyOnWriteArrayList<>();
    private final Map<String, Set<String>> used = new ConcurrentHashMap<>();
    private final Set<String> refused = new ConcurrentSkipListSet<>();
    private final Queue<IllegalArgumentException> notKnown = new ConcurrentLinkedQueue<>();
    /** The KMS key of an object, by its path. */
    private final Map<String, String> encrypted = new ConcurrentHashMap<>();

    /**
     * Listens on a free port of 127.0.0.1.
     *
     * @param target the server's port there
     * @param serversKey the access key of the server's user
     * @param users the policies that are attached to each user, by the name of the user's access key
     */
    public PolicyProxy(Transport transport, int target, AccessKey serversKey, Map<String, List<AccessPolicy>> users)
            throws IOException {
        this.transport = transport;
        this.target = target;
        this.serversKey = serversKey;
        this.users = Map.copyOf(users);
        this.listener = transport.listening().createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The actions that a user was allowed and made use of. */
    public Set<String> used(String user) {
        return new TreeSet<>(used.getOrDefault(user, Set.of()));
    }

    /**
     * The refused requests so far, as {@code USER ACTION ARN}.
     *
     * @throws IllegalArgumentException if an unknown request was received, which was refused too
     */
    public Set<String> refused() {
        if (!notKnown.isEmpty()) {
            throw notKnown.peek();
        }
        return new TreeSet<>(refused);
    }

    /** The next request that the condition takes is answered as one that is wrong. */
    public void failNext(Predicate<S3Request> condition) {
        failing.add(condition);
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
            String head = head(client.getInputStream());
            if (head != null) {
                answer(client, head);
                client.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private void answer(Socket client, String head) throws IOException {
        S3Request request = S3Request.parse(head);
        String user = request.accessKeyId();
        byte[] body = new byte[0];
        if (request.isDeletionOfMany()) {
            body = client.getInputStream()
                    .readNBytes(Integer.parseInt(request.headers().get("content-length")));
        }
        if (!users.containsKey(user)) {
            refuse(client, request, 403, "InvalidAccessKeyId");
            return;
        }
        if (failing.stream()
                .filter(one -> one.test(request))
                .findFirst()
                .map(failing::remove)
                .orElse(false)) {
            refuse(client, request, 400, "InvalidDigest");
            return;
        }
        String path = request.bucket() + "/" + request.key();
        try {
            List<AccessRequest> needs = request.needs(new String(body, StandardCharsets.UTF_8), encrypted.get(path));
            // Not stopped at the first, so that all that is missing is known.
            if (needs.stream().filter(need -> !isAllowed(user, need)).count() > 0) {
                refuse(client, request, 403, "AccessDenied");
                return;
            }
        } catch (IllegalArgumentException e) {
            notKnown.add(e);
            refuse(client, request, 403, "AccessDenied");
            return;
        }
        if (request.kmsKey() != null) {
            encrypted.put(path, request.kmsKey());
        }
        String known = head.replace("Credential=" + user + "/", "Credential=" + serversKey.id() + "/");
        handOn(
                client,
                request.isToBeEncrypted() ? Resigned.without(S3Request.SSE, known, serversKey.secret()) : known,
                body,
                request);
    }

    private boolean isAllowed(String user, AccessRequest need) {
        boolean allowed = AccessPolicy.allow(users.get(user), need);
        if (allowed) {
            used.computeIfAbsent(user, key -> new ConcurrentSkipListSet<>()).add(need.action());
        } else {
            refused.add(user + " " + need);
        }
        return allowed;
    }

    private static void refuse(Socket client, S3Request request, int status, String code) throws IOException {
        String length = request.headers().get("content-length");
        if (length != null && !request.isDeletionOfMany() && !request.headers().containsKey("expect")) {
            client.getInputStream().skipNBytes(Long.parseLong(length));
        }
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code></Error>";
        client.getOutputStream()
                .write(("HTTP/1.1 " + status + " Refused\r\nContent-Type: application/xml\r\nContent-Length: "
                                + body.length() + "\r\nConnection: close\r\n\r\n"
                                + (request.method().equals("HEAD") ? "" : body))
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** One request for a connection: the server ends it. */
    private void handOn(Socket client, String head, byte[] body, S3Request request) throws IOException {
        try (Socket server = transport.connecting().createSocket(InetAddress.getLoopbackAddress(), target)) {
            sockets.add(server);
            server.getOutputStream()
                    .write((head.substring(0, head.length() - 2) + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            server.getOutputStream().write(body);
            server.getOutputStream().flush();
            Future<?> up = threads.submit(() -> copy(client, server));
            String answer = head(server.getInputStream());
            if (answer == null) {
                return;
            }
            boolean missing = answer.substring(0, answer.indexOf('\r')).contains(NOT_FOUND)
                    && request.isOfObject()
                    && (request.method().equals("GET") || request.method().equals("HEAD"));
            if (missing && !isAllowed(request.accessKeyId(), request.neededToSeeThatItIsMissing())) {
                refuse(client, request, 403, "AccessDenied");
                return;
            }
            client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            server.getInputStream().transferTo(client.getOutputStream());
            client.getOutputStream().flush();
            up.cancel(true);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The request is over.
        }
    }

    /** The first line and the headers with the empty line behind them; null if the connection ends before. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != HEAD_ENDS) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
            last = last << 8 | next;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A connection could not be closed", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
