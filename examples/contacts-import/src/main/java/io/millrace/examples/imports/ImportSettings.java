package io.millrace.examples.imports;

import java.util.Map;

/**
 * The settings of the services, from environment variables.
 *
 * @param url {@code SHOP_SERVICE_URL}, a JDBC URL of the server that has the contacts
 * @param user {@code SHOP_SERVICE_USER}, by default {@code shop}
 * @param password {@code SHOP_SERVICE_PASSWORD}
 * @param bootstrapServers {@code KAFKA_BOOTSTRAP_SERVERS}
 */
record ImportSettings(String url, String user, String password, String bootstrapServers) {
    /** @throws IllegalArgumentException if a variable is missing; the message names it */
    static ImportSettings of(Map<String, String> environment) {
        return new ImportSettings(
                requireVariable(environment, "SHOP_SERVICE_URL"),
                environment.getOrDefault("SHOP_SERVICE_USER", "shop"),
                requireVariable(environment, "SHOP_SERVICE_PASSWORD"),
                requireVariable(environment, "KAFKA_BOOTSTRAP_SERVERS"));
    }

    static String requireVariable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The environment variable " + name + " is missing");
        }
        return value;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + url + ", Kafka at " + bootstrapServers;
    }
}
