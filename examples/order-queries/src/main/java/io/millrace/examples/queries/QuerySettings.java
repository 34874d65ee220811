package io.millrace.examples.queries;

import java.util.Map;

/**
 * The settings of the service, from environment variables.
 *
 * @param url {@code VIEWS_DATABASE_URL}, a JDBC URL
 * @param user {@code VIEWS_READER_USER}, by default {@code order_queries}; needs SELECT on the views and the ledger
 * @param password {@code VIEWS_READER_PASSWORD}
 * @param port {@code PORT}, by default 8085; 0 for any that is free
 */
public record QuerySettings(String url, String user, String password, int port) {
    /** @throws IllegalArgumentException if a variable is missing or not a number; the message names it */
    static QuerySettings of(Map<String, String> environment) {
        String port = environment.getOrDefault("PORT", "8085");
        try {
            return new QuerySettings(
                    requireVariable(environment, "VIEWS_DATABASE_URL"),
                    environment.getOrDefault("VIEWS_READER_USER", "order_queries"),
                    requireVariable(environment, "VIEWS_READER_PASSWORD"),
                    Integer.parseInt(port));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("PORT is not a number: " + port, e);
        }
    }

    private static String requireVariable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The environment variable " + name + " is missing");
        }
        return value;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + url + ", port " + port;
    }
}
