package io.millrace.examples.tables;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.tables.TableState;
import io.millrace.tables.TableUnavailableException;
import io.millrace.tables.TopicTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests with plain text, on the loopback interface. Every server answers {@code GET /ready} from the status of its
 * tables.
 */
final class TextServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TextServer.class);
    private static final int THREADS = 4;
    private static final int MAX_BODY_BYTES = 16_384;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /**
     * A response.
     *
     * @param status the status code
     */
    record Response(int status, String text) {}

    /**
     * A request.
     *
     * @param name the path behind the prefix of the handler
     */
    record Request(String method, String name, String body) {}

    /** Answers the requests of one path. */
    interface Handler {
        /**
         * Answers a request.
         *
         * @throws IllegalArgumentException if the request is not valid; the message is the answer
         * @throws TableUnavailableException if a table does not answer
         * @throws KafkaException if a write was not acknowledged
         */
        Response respond(Request request) throws InterruptedException;
    }

    private TextServer(HttpServer server) {
        this.server = server;
    }

    /** Creates a server that does not answer yet; 0 is any port that is free. */
    static TextServer bind(int port, List<TopicTable<?, ?>> tables) throws IOException {
        TextServer created =
                new TextServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
        created.server.setExecutor(created.threads);
        created.handle("/ready", request -> respondReady(tables));
        return created;
    }

    private static Response respondReady(List<TopicTable<?, ?>> tables) {
        StringBuilder states = new StringBuilder();
        int status = 200;
        for (TopicTable<?, ?> table : tables) {
            TableState state = table.status().state();
            if (state != TableState.READY && state != TableState.STALE) {
                status = 503;
            }
            states.append(state)
                    .append(' ')
                    .append(table.status().reason().orElse(""))
                    .append('\n');
        }
        return new Response(status, states.toString());
    }

    /** Adds the handler of the paths that begin with a prefix. */
    TextServer handle(String prefix, Handler handler) {
        server.createContext(prefix, exchange -> {
            try (exchange) {
                Response response = respond(exchange, prefix, handler);
                byte[] body = (response.text().strip() + "\n").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
                exchange.sendResponseHeaders(response.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        });
        return this;
    }

    private static Response respond(HttpExchange exchange, String prefix, Handler handler) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Request request = new Request(
                exchange.getRequestMethod(),
                path.substring(Math.min(path.length(), prefix.length())),
                new String(exchange.getRequestBody().readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8));
        try {
            return handler.respond(request);
        } catch (IllegalArgumentException e) {
            return new Response(400, String.valueOf(e.getMessage()));
        } catch (TableUnavailableException | KafkaException e) {
            LOG.warn("A request failed: {}", e.getMessage());
            exchange.getResponseHeaders().set("Retry-After", "1");
            return new Response(503, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Response(503, "The service ends");
        }
    }

    /** Starts to answer, and logs the address. */
    TextServer start(String path) {
        server.start();
        LOG.info("Answers at http://127.0.0.1:{}{}", server.getAddress().getPort(), path);
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
