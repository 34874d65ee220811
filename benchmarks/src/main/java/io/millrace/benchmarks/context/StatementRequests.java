package io.millrace.benchmarks.context;

import io.millrace.client.context.RequestContext;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.sql.DataSource;

/**
 * A process in which one contender handles requests of a service: four orders are read by their ids and one is updated, each by a
 * prepared statement. For each line of its input, which has a number of milliseconds, it does so for this time and prints the
 * number of statements and the nanoseconds that they took.
 */
public final class StatementRequests {
    static final int ORDERS = 1000;
    private static final int READS = 4;

    private static final HexFormat HEX = HexFormat.of();

    private static long requests;
    /** For a contender that has no context: the comment that MILLRACE writes. */
    private static String comment = "";

    private final ContextContender contender;
    private final DataSource dataSource;
    private final Tracer tracer = GlobalOpenTelemetry.getTracer("benchmark");

    private StatementRequests(ContextContender contender, DataSource dataSource) {
        this.contender = contender;
        this.dataSource = dataSource;
    }

    /** Takes a contender, a URL, a user and a password. */
    public static void main(String[] words) throws Exception {
        ContextContender contender = ContextContender.of(words[0]);
        StatementRequests service = new StatementRequests(contender, contender.open(words[1], words[2], words[3]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            service.handleRequests(Long.parseLong(line));
        }
    }

    private void handleRequests(long milliseconds) throws Exception {
        long start = System.nanoTime();
        long end = start + milliseconds * 1_000_000;
        long before = requests;
        while (System.nanoTime() < end) {
            requests++;
            switch (contender) {
                case MILLRACE ->
                    RequestContext.builder()
                            .requestId(requestId())
                            .userId("user-7")
                            .put("traceparent", traceparent())
                            .build()
                            .call(this::handleRequest);
                case DATASOURCE_PROXY -> {
                    comment = "/*requestId='" + requestId() + "',traceparent='" + traceparent() + "',userId='user-7'*/";
                    handleRequest();
                }
                case OPENTELEMETRY_AGENT -> handleTraced();
                default -> handleRequest();
            }
        }
        System.out.println((requests - before) * (READS + 1) + " " + (System.nanoTime() - start));
    }

    private void handleTraced() throws SQLException {
        Span span = tracer.spanBuilder("request").startSpan();
        Scope scope = span.makeCurrent();
        try {
            handleRequest();
        } finally {
            scope.close();
            span.end();
        }
    }

    private Void handleRequest() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (int i = 0; i < READS; i++) {
                readOrder(connection, (requests + i) % ORDERS);
            }
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE orders SET version = version + 1 WHERE id = ?")) {
                update.setLong(1, requests % ORDERS);
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("The order is missing");
                }
            }
        }
        return null;
    }

    private static void readOrder(Connection connection, long id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, status, version, note FROM orders WHERE id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                if (row.getLong(1) != id
                        || row.getString(2).isEmpty()
                        || row.getString(4).isEmpty()) {
                    throw new IllegalStateException("Another order was read");
                }
            }
        }
    }

    private static String requestId() {
        return "request-" + requests;
    }

    private static String traceparent() {
        return "00-4bf92f3577b34da6a3ce929d0e0e4736-" + HEX.toHexDigits(requests) + "-01";
    }

    static String comment() {
        return comment;
    }
}
