package io.millrace.examples.orders;

import java.util.Map;

/**
 * The settings of a service, from environment variables.
 *
 * @param url {@code SHOP_SERVICE_URL}, a JDBC URL
 * @param user {@code SHOP_SERVICE_USER}, by default {@code shop}; needs SELECT, INSERT and UPDATE on the orders
 * @param password {@code SHOP_SERVICE_PASSWORD}
 * @param bootstrapServers {@code KAFKA_BOOTSTRAP_SERVERS}
 * @param port {@code PORT} of the HTTP server, by default 8086; 0 for any that is free
 */
record ServiceSettings(String url, String user, String password, String bootstrapServers, int port) {
    /** @throws IllegalArgumentException if a variable is missing or not a number; the message names it */
    static ServiceSettings of(Map<String, String> environment) {
        String port = environment.getOrDefault("PORT", "8086");
        try {
            return new ServiceSettings(
                    requireVariable(environment, "SHOP_SERVICE_URL"),
                    environment.getOrDefault("SHOP_SERVICE_USER", "shop"),
                    requireVariable(environment, "SHOP_SERVICE_PASSWORD"),
                    requireVariable(environment, "KAFKA_BOOTSTRAP_SERVERS"),
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
        return user + " at " + url + ", Kafka at " + bootstrapServers + ", port " + port;
    }
}
