package io.millrace.payloads.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What S3 does in a bucket with versions and Object Lock, in memory: the server of the other tests has neither. */
final class VersionedS3 implements AutoCloseable {
    private static final Pattern DELETED =
            Pattern.compile("<Object>\\s*<Key>([^<]*)</Key>(?:\\s*<VersionId>([^<]*)</VersionId>)?");

    private final Map<String, List<Version>> objects = new TreeMap<>();
    private final Set<String> locked = new HashSet<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final HttpServer server;
    private int versions;

    /** A version of an object; a delete marker has no bytes. */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    private record Version(String id, byte[] bytes) {}

    VersionedS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // One request after the other, so that nothing here is used by two threads at once.
        server.setExecutor(thread);
        server.createContext("/", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How many versions and delete markers there are of a key. */
    long count(String key) {
        return objects.getOrDefault(key, List.of()).size();
    }

    /** No version of the key can be deleted from now on. */
    void lock(String key) {
        locked.add(key);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = Objects.toString(exchange.getRequestURI().getQuery(), "");
            byte[] body = exchange.getRequestBody().readAllBytes();
            String key = path.indexOf('/', 1) < 0 ? "" : path.substring(path.indexOf('/', 1) + 1);
            switch (exchange.getRequestMethod()) {
                case "PUT" -> put(exchange, key, body);
                case "POST" -> respond(exchange, 200, delete(new String(body, StandardCharsets.UTF_8)));
                case "GET", "HEAD" -> {
                    if (key.isEmpty()) {
                        respond(exchange, 200, query.contains("versions") ? listVersions() : listObjects());
                    } else {
                        get(exchange, key);
                    }
                }
                default -> respond(exchange, 405, error("MethodNotAllowed"));
            }
        }
    }

    private Version latest(String key) {
        List<Version> all = objects.getOrDefault(key, List.of());
        return all.isEmpty() ? new Version("", null) : all.get(all.size() - 1);
    }

    private String add(String key, byte[] bytes) {
        String id = "v" + ++versions;
        objects.computeIfAbsent(key, name -> new ArrayList<>()).add(new Version(id, bytes));
        return id;
    }

    private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
        if (exchange.getRequestHeaders().containsKey("If-None-Match")
                && latest(key).bytes() != null) {
            respond(exchange, 412, error("PreconditionFailed"));
            return;
        }
        exchange.getResponseHeaders().add("x-amz-version-id", add(key, body));
        respond(exchange, 200, "");
    }

    private void get(HttpExchange exchange, String key) throws IOException {
        byte[] bytes = latest(key).bytes();
        if (bytes == null) {
            respond(exchange, 404, error("NoSuchKey"));
        } else if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String delete(String body) {
        StringBuilder answer = new StringBuilder("<DeleteResult>");
        Matcher object = DELETED.matcher(body);
        while (object.find()) {
            String key = object.group(1);
            String version = object.group(2);
            if (version == null) {
                answer.append("<Deleted><Key>")
                        .append(key)
                        .append("</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>")
                        .append(add(key, null))
                        .append("</DeleteMarkerVersionId></Deleted>");
            } else if (locked.contains(key)) {
                answer.append("<Error><Key>").append(key).append("</Key><Code>AccessDenied</Code></Error>");
            } else {
                objects.getOrDefault(key, new ArrayList<>())
                        .removeIf(one -> one.id().equals(version));
                answer.append("<Deleted><Key>")
                        .append(key)
                        .append("</Key><VersionId>")
                        .append(version)
                        .append("</VersionId></Deleted>");
            }
        }
        return answer + "</DeleteResult>";
    }

    private String listObjects() {
        StringBuilder answer = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        for (String key : objects.keySet()) {
            byte[] bytes = latest(key).bytes();
            if (bytes != null) {
                answer.append("<Contents><Key>")
                        .append(key)
                        .append("</Key><LastModified>2026-03-01T00:00:00.000Z</LastModified><Size>")
                        .append(bytes.length)
                        .append("</Size></Contents>");
            }
        }
        return answer + "</ListBucketResult>";
    }

    private String listVersions() {
        StringBuilder answer = new StringBuilder("<ListVersionsResult><IsTruncated>false</IsTruncated>");
        objects.forEach((key, all) -> all.forEach(version -> {
            String element = version.bytes() == null ? "DeleteMarker" : "Version";
            answer.append("<").append(element).append("><Key>").append(key).append("</Key><VersionId>");
            answer.append(version.id()).append("</VersionId><IsLatest>");
            answer.append(version.id().equals(latest(key).id())).append("</IsLatest></");
            answer.append(element).append(">");
        }));
        return answer + "</ListVersionsResult>";
    }

    private static String error(String code) {
        return "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
        if (!empty) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }
}
