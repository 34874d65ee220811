package io.millrace.examples.queries;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers queries over HTTP, on the loopback interface. While the views' server does not answer, every query is answered
 * with 503 within seconds.
 */
public final class QueryService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);
    private static final int THREADS = 16;
    /** Requests that wait for a thread; more than that are turned away by closing their connections. */
    private static final int WAITING = 64;

    private final OrderViews views;
    private final QueryRouter queries;
    private final HttpServer server;
    private final ExecutorService threads =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING));

    private QueryService(OrderViews views, HttpServer server) {
        this.views = views;
        this.queries = new QueryRouter(views);
        this.server = server;
    }

    /** Starts to answer; the views' server need not be there yet. */
    public static QueryService start(QuerySettings settings) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), 0);
        QueryService service = new QueryService(new OrderViews(settings), server);
        server.setExecutor(service.threads);
        server.createContext("/", service::handleExchange);
        server.start();
        return service;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        views.close();
    }

    private void handleExchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            sendReply(exchange, createReply(exchange));
        }
    }

    private Reply createReply(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return Reply.message(405, "Only queries are answered here").withHeader("Allow", "GET");
        }
        URI uri = exchange.getRequestURI();
        try {
            return queries.answerPath(uri.getPath(), parseParameters(uri));
        } catch (IllegalArgumentException e) {
            return Reply.message(400, String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            LOG.warn("Reading the views failed: {}", e.getMessage());
            return Reply.message(503, "The views are temporarily unavailable").withHeader("Retry-After", "1");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.message(503, "The service is about to stop");
        } catch (RuntimeException e) {
            LOG.error("Answering {} failed", uri.getPath(), e);
            return Reply.message(500, "The query failed");
        }
    }

    private static void sendReply(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, String> parseParameters(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        part.substring(0, equals),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
