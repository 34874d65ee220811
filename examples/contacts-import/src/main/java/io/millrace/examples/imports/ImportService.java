package io.millrace.examples.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.client.context.httpserver.ContextHttpFilter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page, and stores its uploads, on the loopback interface. The page chooses the id of an import, so it can subscribe to the
 * channel before it uploads, and repeat an upload whose answer was lost. Who has the random id may see the import; a service with users
 * checks the user of the session too.
 *
 * <pre>
 * PUT  /imports/ID         CSV   202 {"import_id": "..", "contacts": 10000}, or 400
 * GET  /imports/ID               200 {"finished": 7, "jobs": 100, ..}, or 404
 * GET  /imports/ID/rows          200 {"contacts.jobs": "100 of 100", ..}: the rows with the import's request
 * POST /imports/ID/token         200 {"token": ".."} for the channel import:ID
 * </pre>
 */
final class ImportService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImportService.class);
    private static final Pattern IMPORT =
            Pattern.compile("/imports/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(/rows|/token)?");
    private static final Map<String, String> FILES = Map.of(
            "/", "page.html",
            "/page.css", "page.css",
            "/page.js", "page.js",
            "/channels.js", "channels.js");
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html; charset=utf-8", "css", "text/css", "js", "text/javascript; charset=utf-8");
    private static final int MAX_UPLOAD_BYTES = 8 << 20;
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);
    private static final JsonFactory JSON = new JsonFactory();
    /** The uploads of a rehearsal, after which the JVM has compiled what reads and stores one. */
    private static final int REHEARSALS = 5;

    private static final int REHEARSED_CONTACTS = 5_000;
    private static final int THREADS = 8;
    /** Requests that wait for a thread; more than that are turned away by closing their connections. */
    private static final int WAITING = 64;

    private final ImportTables tables;
    private final ChannelTokenSigner tokens;
    private final String channels;
    private final HttpServer server;
    private final ExecutorService threads =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING));

    private ImportService(ImportTables tables, ChannelTokenSigner tokens, String channels, HttpServer server) {
        this.tables = tables;
        this.tokens = tokens;
        this.channels = channels;
        this.server = server;
    }

    /** A response whose body is a JSON object. */
    private record Response(int status, Map<String, ?> body) {
        static Response error(int status, String message) {
            return new Response(status, Map.of("error", message));
        }
    }

    /**
     * Rehearses an upload, starts to answer, and logs the address.
     *
     * @param environment {@code CHANNELS_URL}, the URL of the channel sink's listener; {@code CHANNELS_TOKEN_KEY}, its secret;
     *     {@code PORT}, by default 8087
     */
    static ImportService start(ImportTables tables, Map<String, String> environment) throws IOException {
        String channels = ImportSettings.requireVariable(environment, "CHANNELS_URL");
        ChannelTokenSigner tokens =
                new ChannelTokenSigner(ImportSettings.requireVariable(environment, "CHANNELS_TOKEN_KEY"), TOKEN_LIFE);
        int port = Integer.parseInt(environment.getOrDefault("PORT", "8087"));
        // The JDK's server sends headers and body separately; without this, the body waits up to 40 ms for the
        // acknowledgement of the headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ImportService service = new ImportService(tables, tokens, channels, server);
        server.setExecutor(service.threads);
        server.createContext("/", service::handleExchange).getFilters().add(new ContextHttpFilter());
        service.rehearseUpload();
        server.start();
        LOG.info("Answers at http://127.0.0.1:{}/", server.getAddress().getPort());
        return service;
    }

    /**
     * Reads and stores uploads that are rolled back, so that the first user does not wait until classes are loaded and a connection is
     * open. It also shows a missing table or grant when the service starts.
     */
    private void rehearseUpload() {
        String contact = "contact@example.com,\"Contact, No. 1\"\r\n";
        byte[] upload = ("email,name\r\n" + contact.repeat(REHEARSED_CONTACTS)).getBytes(UTF_8);
        try {
            for (int i = 0; i < REHEARSALS; i++) {
                String csv = new String(upload, UTF_8);
                tables.rehearseImport(
                        UUID.randomUUID().toString(),
                        csv,
                        ContactsCsv.readUpload(csv).size());
            }
            LOG.info("Rehearsed {} uploads", REHEARSALS);
        } catch (SQLException e) {
            LOG.warn("Rehearsing an upload failed, the first one will be slow", e);
        }
    }

    private void handleExchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            String file = FILES.get(exchange.getRequestURI().getPath());
            if (file != null && exchange.getRequestMethod().equals("GET")) {
                sendFile(exchange, file);
                return;
            }
            Response response = respond(exchange);
            send(exchange, response.status(), "application/json", writeJson(response.body()));
        }
    }

    private Response respond(HttpExchange exchange) throws IOException {
        Matcher path = IMPORT.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            return Response.error(404, "Nothing is here");
        }
        String id = path.group(1);
        String part = Objects.requireNonNullElse(path.group(2), "");
        try {
            return switch (exchange.getRequestMethod() + " " + part) {
                case "PUT " -> storeUpload(id, exchange.getRequestBody());
                case "GET " -> describeImport(id);
                case "GET /rows" -> countRows(id);
                case "POST /token" -> new Response(200, Map.of("token", tokens.sign("import:" + id, Instant.now())));
                default -> Response.error(405, "Not " + exchange.getRequestMethod());
            };
        } catch (SQLException e) {
            LOG.warn("The contacts' database failed: {}", e.getMessage());
            exchange.getResponseHeaders().set("Retry-After", "1");
            return Response.error(503, "The contacts are temporarily unavailable");
        }
    }

    /** One row, and the answer; everything else is made of the row's event. */
    private Response storeUpload(String id, InputStream body) throws IOException, SQLException {
        byte[] upload = body.readNBytes(MAX_UPLOAD_BYTES + 1);
        if (upload.length > MAX_UPLOAD_BYTES) {
            return Response.error(413, "Expected at most " + MAX_UPLOAD_BYTES + " bytes");
        }
        String csv = new String(upload, UTF_8);
        int contacts;
        try {
            contacts = ContactsCsv.readUpload(csv).size();
        } catch (IllegalArgumentException e) {
            return Response.error(400, String.valueOf(e.getMessage()));
        }
        tables.insertImport(id, csv, contacts);
        LOG.info("Stored import {} with {} contacts", id, contacts);
        return new Response(202, Map.of("import_id", id, "contacts", contacts));
    }

    private Response describeImport(String id) throws SQLException {
        Optional<ImportState> state = tables.findState(id);
        return state.map(found -> new Response(200, found.toJson(id)))
                .orElseGet(() -> Response.error(404, "There is no such import"));
    }

    private Response countRows(String id) throws SQLException {
        Optional<ImportState> state = tables.findState(id);
        return state.isEmpty()
                ? Response.error(404, "There is no such import")
                : new Response(200, tables.countRows(id, state.get().requestId()));
    }

    private static byte[] writeJson(Map<String, ?> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            for (Map.Entry<String, ?> member : members.entrySet()) {
                json.writeFieldName(member.getKey());
                json.writeObject(member.getValue());
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void sendFile(HttpExchange exchange, String file) throws IOException {
        try (InputStream resource = Objects.requireNonNull(ImportService.class.getResourceAsStream(file))) {
            byte[] bytes = resource.readAllBytes();
            if (file.equals("page.html")) {
                String origin = channels.replaceFirst("^(https?://[^/]+).*", "$1");
                exchange.getResponseHeaders()
                        .set(
                                "Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' " + origin
                                        + " " + origin.replaceFirst("^http", "ws")
                                        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
                bytes = new String(bytes, UTF_8)
                        .replace("CHANNELS_URL", channels)
                        .getBytes(UTF_8);
            }
            String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
            send(exchange, 200, Objects.requireNonNull(type), bytes);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
