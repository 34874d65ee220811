package io.millrace.examples.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.client.context.httpserver.ContextHttpFilter;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes orders for HTTP requests, on the loopback interface. Forms are URL-encoded, answers are JSON.
 *
 * <pre>
 * POST /orders            customer_id=7&amp;total=19.90   201 {"order_id": 42}
 * POST /orders/42/cancel                              200 {"order_id": 42}, or 409
 * </pre>
 */
final class OrderService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderService.class);
    private static final Pattern CANCEL = Pattern.compile("/orders/(\\d{1,18})/cancel");
    private static final Pattern CUSTOMER = Pattern.compile("\\d{1,18}");
    private static final Pattern TOTAL = Pattern.compile("\\d{1,10}(\\.\\d{1,2})?");
    private static final int MAX_FORM_BYTES = 4_096;
    private static final int THREADS = 8;
    /** Requests that wait for a thread; more than that are turned away by closing their connections. */
    private static final int WAITING = 64;

    private final OrderTable orders;
    private final HttpServer server;
    private final ExecutorService threads =
            new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING));

    private OrderService(OrderTable orders, HttpServer server) {
        this.orders = orders;
        this.server = server;
    }

    /**
     * A response.
     *
     * @param status the status code
     * @param body JSON
     */
    private record Response(int status, String body) {
        static Response order(int status, long id) {
            return new Response(status, "{\"order_id\": " + id + "}\n");
        }

        static Response error(int status, String message) {
            return new Response(status, "{\"error\": \"" + message + "\"}\n");
        }
    }

    /** Starts to answer, and logs the address. */
    static OrderService start(ServiceSettings settings) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), 0);
        OrderService service = new OrderService(new OrderTable(settings), server);
        server.setExecutor(service.threads);
        server.createContext("/orders", service::handleExchange).getFilters().add(new ContextHttpFilter());
        server.start();
        LOG.info("Answers at http://127.0.0.1:{}/orders", server.getAddress().getPort());
        return service;
    }

    private void handleExchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response = respond(exchange);
            byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(response.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Response respond(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            return Response.error(405, "Orders are only written here");
        }
        String path = exchange.getRequestURI().getPath();
        Matcher cancel = CANCEL.matcher(path);
        try {
            if (path.equals("/orders")) {
                return placeOrder(readForm(exchange));
            }
            return cancel.matches()
                    ? cancelOrder(Long.parseLong(cancel.group(1)))
                    : Response.error(404, "Nothing is here");
        } catch (SQLException e) {
            LOG.warn("Writing the order failed: {}", e.getMessage());
            exchange.getResponseHeaders().set("Retry-After", "1");
            return Response.error(503, "The shop is temporarily unavailable");
        }
    }

    private Response placeOrder(Map<String, String> form) throws SQLException {
        String customer = form.getOrDefault("customer_id", "");
        String total = form.getOrDefault("total", "");
        if (!CUSTOMER.matcher(customer).matches() || !TOTAL.matcher(total).matches()) {
            return Response.error(400, "Expected customer_id, a number, and total, an amount such as 19.90");
        }
        return Response.order(201, orders.placeOrder(Long.parseLong(customer), new BigDecimal(total)));
    }

    private Response cancelOrder(long id) throws SQLException {
        return orders.cancelOrder(id)
                ? Response.order(200, id)
                : Response.error(409, "The order is neither placed nor paid");
    }

    private static Map<String, String> readForm(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readNBytes(MAX_FORM_BYTES), StandardCharsets.US_ASCII);
        Map<String, String> form = new HashMap<>();
        for (String field : body.strip().split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                form.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return form;
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        threads.shutdownNow();
        orders.close();
    }
}
