package io.millrace.connectors.event.faults;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The statements of one transaction, and what they become if it is committed. A statement may have a comment in front or behind,
 * with the request's context, with a part of it or without. For one thread.
 */
final class ShopTransaction {
    private static final List<String> REQUESTS = List.of("r-1", "r/2 b", "r'3", "r%4", "réq 𝄞", "");
    private static final List<String> USERS = List.of("Ann Lee", "u+42", "o'Neil", "d\\e", "");

    private final Connection connection;
    private final Random random;
    private final AtomicLong revisions;
    private final List<ShopEvent> events = new ArrayList<>();
    private final List<ShopEvent> states = new ArrayList<>();

    /**
     * An empty transaction.
     *
     * @param connection without automatic commits
     * @param random of the changes and comments
     * @param revisions the last revision; each statement has the next one
     */
    ShopTransaction(Connection connection, Random random, AtomicLong revisions) {
        this.connection = connection;
        this.random = random;
        this.revisions = revisions;
    }

    /** A place in the transaction to which it can return. */
    record Savepoint(int events, int states) {}

    Random random() {
        return random;
    }

    long nextRevision() {
        return revisions.incrementAndGet();
    }

    /** Executes a statement with a random comment; returns the context in it. */
    Map<String, String> execute(String statement) throws SQLException {
        Map<String, String> context = randomContext();
        executeWith(comment(context), statement);
        return context;
    }

    private Map<String, String> randomContext() {
        Map<String, String> context = new TreeMap<>();
        if (random.nextInt(4) > 0) {
            putUnlessEmpty(context, "requestId", REQUESTS.get(random.nextInt(REQUESTS.size())));
            putUnlessEmpty(context, "userId", USERS.get(random.nextInt(USERS.size())));
        }
        return context;
    }

    private static void putUnlessEmpty(Map<String, String> context, String key, String value) {
        if (!value.isEmpty()) {
            context.put(key, value);
        }
    }

    private String comment(Map<String, String> context) {
        if (context.isEmpty()) {
            return random.nextBoolean() ? "" : "/* no context */";
        }
        return context.entrySet().stream()
                .map(entry -> entry.getKey() + "='"
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8)
                                .replace("+", "%20") + "'")
                .collect(Collectors.joining(",", "/*", "*/"));
    }

    private void executeWith(String comment, String statement) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            // Braces are JSON here.
            sql.setEscapeProcessing(false);
            sql.execute(random.nextBoolean() ? comment + statement : statement + " " + comment);
        }
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
        return new Savepoint(events.size(), states.size());
    }

    /** The statements since then were rolled back. */
    void returnTo(Savepoint savepoint) {
        events.subList(savepoint.events(), events.size()).clear();
        states.subList(savepoint.states(), states.size()).clear();
    }
}
