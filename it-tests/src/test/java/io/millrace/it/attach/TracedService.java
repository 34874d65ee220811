package io.millrace.it.attach;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;

/** A service under OpenTelemetry's Java agent that knows nothing of comments: prints the id of its trace. */
final class TracedService {
    private TracedService() {}

    /** With the URL of the database, a user and a password. */
    public static void main(String[] args) throws Exception {
        Span request =
                GlobalOpenTelemetry.getTracer("service").spanBuilder("request").startSpan();
        Scope scope = request.makeCurrent();
        try (Connection connection = DriverManager.getConnection(args[0], args[1], args[2]);
                PreparedStatement update =
                        connection.prepareStatement("UPDATE orders SET status = 'PAID' WHERE id = ?")) {
            update.setLong(1, 4);
            update.executeUpdate();
        } finally {
            scope.close();
            request.end();
        }
        System.out.println("trace=" + request.getSpanContext().getTraceId());
    }
}
