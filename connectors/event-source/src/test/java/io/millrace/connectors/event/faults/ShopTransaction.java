package io.millrace.connectors.event.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The statements of one transaction, and what they become if it is committed. A statement may have a request's context, a part of
 * it, or none. For one thread.
 */
final class ShopTransaction {
    private final Connection connection;
    private final ShopSql sql;
    private final Random random;
    private final AtomicLong revisions;
    private final List<ShopEvent> events = new ArrayList<>();
    private final List<ShopEvent> states = new ArrayList<>();
    private Map<String, String> context = Map.of();

    /**
     * An empty transaction.
     *
     * @param connection without automatic commits
     * @param random of the changes and contexts
     * @param revisions the last revision; each statement has the next one
     */
    ShopTransaction(Connection connection, ShopSql sql, Random random, AtomicLong revisions) {
        this.connection = connection;
        this.sql = sql;
        this.random = random;
        this.revisions = revisions;
    }

    /** A place in the transaction to which it can return. */
    record Savepoint(int events, int states, Map<String, String> context) {}

    Random random() {
        return random;
    }

    long nextRevision() {
        return revisions.incrementAndGet();
    }

    ShopSql sql() {
        return sql;
    }

    /** Executes a statement with a random context; returns the context that its changes have. */
    Map<String, String> execute(String statement) throws SQLException {
        context = sql.execute(connection, statement, RandomContext.next(random), context, random);
        return context;
    }

    /** The event that a change becomes. */
    void add(ShopEvent event) {
        events.add(event);
    }

    /** A state in which a snapshot may find the row, as the event of that. */
    void addState(ShopEvent state) {
        states.add(state);
    }

    List<ShopEvent> events() {
        return events;
    }

    List<ShopEvent> states() {
        return states;
    }

    Savepoint savepoint() {
        return new Savepoint(events.size(), states.size(), context);
    }

    /** The statements since then were rolled back. */
    void returnTo(Savepoint savepoint) {
        events.subList(savepoint.events(), events.size()).clear();
        states.subList(savepoint.states(), states.size()).clear();
        context = savepoint.context();
    }
}
