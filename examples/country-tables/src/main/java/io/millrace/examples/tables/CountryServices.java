package io.millrace.examples.tables;

import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command {@code examples/country-tables/run}, which runs one of the services. */
final class CountryServices {
    private static final Logger LOG = LoggerFactory.getLogger(CountryServices.class);

    private CountryServices() {}

    /** With the name of the service: {@code countries}, {@code zones} or {@code places}. */
    public static void main(String... arguments) throws IOException {
        AutoCloseable service;
        try {
            service = startService(String.join(" ", arguments), System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("country-tables: " + e.getMessage());
            System.exit(2);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeService(service), "stop"));
    }

    private static AutoCloseable startService(String name, Map<String, String> environment) throws IOException {
        String servers = environment.get("KAFKA_BOOTSTRAP_SERVERS");
        if (servers == null || servers.isBlank()) {
            throw new IllegalArgumentException("The environment variable KAFKA_BOOTSTRAP_SERVERS is missing");
        }
        return switch (name) {
            case "countries" -> CountryService.start(servers, readPort(environment, "8091"));
            case "zones" -> ZoneDerivation.start(servers);
            case "places" -> PlaceService.start(servers, readPort(environment, "8092"));
            default -> throw new IllegalArgumentException("expected countries, zones or places");
        };
    }

    private static int readPort(Map<String, String> environment, String usual) {
        String port = environment.getOrDefault("PORT", usual);
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("PORT is not a number: " + port, e);
        }
    }

    private static void closeService(AutoCloseable service) {
        try {
            service.close();
        } catch (Exception e) {
            LOG.warn("Stopping failed", e);
        }
    }
}
