package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statements that are prepared on one connection, the least recently used closed beyond a number and a size. Only the
 * statement that was used last keeps its parameters. For one thread.
 */
final class PreparedStatements {
    /** The bytes that a driver keeps for a parameter without its value, and for the text around it. */
    private static final long PARAMETER_BYTES = 120;

    private record Prepared(PreparedStatement statement, long bytes) {}

    private final int maxStatements;
    private final long maxBytes;
    private final Map<Object, Prepared> statements = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private @Nullable PreparedStatement last;

    PreparedStatements(int maxStatements, long maxBytes) {
        this.maxStatements = maxStatements;
        this.maxBytes = maxBytes;
    }

    /** The statement of this shape, prepared on the connection if it is not there yet. */
    PreparedStatement findOrPrepare(Object shape, Connection connection, Supplier<String> sql) throws SQLException {
        Prepared found = statements.get(shape);
        if (found == null) {
            String text = sql.get();
            found = new Prepared(connection.prepareStatement(text), sizeOf(text));
            statements.put(shape, found);
            bytes += found.bytes();
            closeEldest();
        }
        if (found.statement() != last) {
            clearParameters();
            last = found.statement();
        }
        return found.statement();
    }

    /** The newest stays, however large it is. */
    private void closeEldest() throws SQLException {
        Iterator<Prepared> eldest = statements.values().iterator();
        while (statements.size() > 1 && (statements.size() > maxStatements || bytes > maxBytes)) {
            Prepared closed = eldest.next();
            eldest.remove();
            bytes -= closed.bytes();
            if (closed.statement() == last) {
                last = null;
            }
            closed.statement().close();
        }
    }

    /** Releases the last written values. */
    void clearParameters() throws SQLException {
        PreparedStatement used = last;
        last = null;
        if (used != null) {
            used.clearParameters();
        }
    }

    /** Forgets all statements of a closed connection. */
    void clear() {
        statements.clear();
        bytes = 0;
        last = null;
    }

    private static long sizeOf(String sql) {
        return 2L * sql.length()
                + PARAMETER_BYTES * sql.chars().filter(c -> c == '?').count();
    }
}
