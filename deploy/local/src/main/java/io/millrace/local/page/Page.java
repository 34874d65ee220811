package io.millrace.local.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.testing.servers.KeptPort;
import io.millrace.testing.servers.RandomText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server of the page, on a loopback port. It answers only requests whose {@code Host} is this loopback address and that have
 * the token, so that no page of another origin and no other user of the machine reads the data: the page itself takes the token
 * from its link, everything else from a header. Port and token are kept in the directory, so that the link stays the same as long
 * as the data.
 */
public final class Page implements AutoCloseable {
    private static final String TOKEN_HEADER = "X-Millrace-Token";
    private static final String JSON = "application/json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PipelineState state;
    private final LogLines logs;
    private final OrderDesk orders;
    private final RedriveDesk redrives;
    private final Optional<URI> contactsImport;
    private final String token;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4, task -> {
        Thread thread = new Thread(task, "page");
        thread.setDaemon(true);
        return thread;
    });

    private Page(
            PipelineState state,
            LogLines logs,
            OrderDesk orders,
            RedriveDesk redrives,
            Optional<URI> contactsImport,
            String token,
            HttpServer server) {
        this.state = state;
        this.logs = logs;
        this.orders = orders;
        this.redrives = redrives;
        this.contactsImport = contactsImport;
        this.token = token;
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @param directory where port and token are kept
     * @param state what the page shows; closed with the page
     * @param logs the directory below which the page searches logs
     * @param orders places an order
     * @param redrives plans and runs redrives
     * @param contactsImport the page of the contacts import, if it runs in place of the shop
     */
    public static Page start(
            Path directory,
            PipelineState state,
            Path logs,
            OrderDesk orders,
            RedriveDesk redrives,
            Optional<URI> contactsImport) {
        try {
            Files.createDirectories(directory);
            KeptPort kept = new KeptPort(directory);
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), kept.findFree().orElse(0)),
                    0);
            kept.write(server.getAddress().getPort());
            Page page = new Page(
                    state,
                    new LogLines(logs),
                    orders,
                    redrives,
                    contactsImport,
                    readToken(directory.resolve("token")),
                    server);
            server.createContext("/", page::answer);
            server.setExecutor(page.threads);
            server.start();
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException("The page's server cannot be started in " + directory, e);
        }
    }

    /** Places an order of the shop. */
    public interface OrderDesk {
        /**
         * Commits an order.
         *
         * @return the request's id
         */
        String placeOrder() throws Exception;
    }

    private static String readToken(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, RandomText.ofBytes(16));
        }
        return Files.readString(file).strip();
    }

    /** The page's address with the token. */
    public String link() {
        return "http://" + host() + "/?token=" + token;
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            if (!isLoopbackHost(exchange)) {
                send(exchange, 421, "text/plain", "This server answers as " + host() + " alone.\n");
            } else if (path.equals("/") && method.equals("GET")) {
                sendPage(exchange);
            } else if (!hasToken(exchange.getRequestHeaders().getFirst(TOKEN_HEADER))) {
                send(exchange, 403, "text/plain", "The header " + TOKEN_HEADER + " does not have the page's token.\n");
            } else if (path.equals("/state") && method.equals("GET")) {
                send(exchange, 200, JSON, MAPPER.writeValueAsString(state.describe()));
            } else if (path.equals("/logs") && method.equals("GET")) {
                sendLogLines(exchange);
            } else if (path.equals("/orders") && method.equals("POST")) {
                sendResult(exchange, this::placeOrder);
            } else if (path.equals("/redrive/plan") && method.equals("POST")) {
                sendResult(exchange, () -> redrives.plan(queryValue(exchange, "connector")));
            } else if (path.equals("/redrive/run") && method.equals("POST")) {
                sendResult(exchange, () -> redrives.run(queryValue(exchange, "plan")));
            } else {
                send(exchange, 404, "text/plain", "Nothing is here.\n");
            }
        }
    }

    private boolean isLoopbackHost(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        int port = server.getAddress().getPort();
        return host != null && (host.equals("127.0.0.1:" + port) || host.equals("localhost:" + port));
    }

    private boolean hasToken(String given) {
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private void sendPage(HttpExchange exchange) throws IOException {
        if (!hasToken(queryValue(exchange, "token"))) {
            send(exchange, 403, "text/plain", "Open the link that the quickstart printed; it contains a token.\n");
            return;
        }
        String nonce = RandomText.ofBytes(16);
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; connect-src 'self'; script-src 'nonce-" + nonce + "'; style-src 'nonce-"
                                + nonce + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        send(
                exchange,
                200,
                "text/html; charset=utf-8",
                readPage()
                        .replace("NONCE", nonce)
                        .replace(
                                "IMPORT_LINK", contactsImport.map(URI::toString).orElse("")));
    }

    private static String readPage() throws IOException {
        try (InputStream page = Objects.requireNonNull(Page.class.getResourceAsStream("page.html"))) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void sendLogLines(HttpExchange exchange) throws IOException {
        send(exchange, 200, JSON, MAPPER.writeValueAsString(logs.findLines(queryValue(exchange, "text"))));
    }

    /** The value of a query that has this name alone; an empty text for any other query. */
    private static String queryValue(HttpExchange exchange, String name) {
        String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
        return query.startsWith(name + "=") ? query.substring(name.length() + 1) : "";
    }

    private ObjectNode placeOrder() throws Exception {
        return MAPPER.createObjectNode().put("requestId", orders.placeOrder());
    }

    /** What a user may do, and its result. */
    private interface Action {
        ObjectNode act() throws Exception;
    }

    private static void sendResult(HttpExchange exchange, Action action) throws IOException {
        int status = 200;
        ObjectNode answer;
        try {
            answer = action.act();
        } catch (Exception e) {
            status = e instanceof IllegalArgumentException ? 400 : 500;
            answer = MAPPER.createObjectNode().put("error", String.valueOf(e.getMessage()));
        }
        send(exchange, status, JSON, MAPPER.writeValueAsString(answer));
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Ends the server, and what reads its data. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        state.close();
    }
}
