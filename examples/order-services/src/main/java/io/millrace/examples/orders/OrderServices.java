package io.millrace.examples.orders;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command {@code examples/order-services/run}, which runs one of the services. */
final class OrderServices {
    private static final Logger LOG = LoggerFactory.getLogger(OrderServices.class);

    private OrderServices() {}

    /** With the name of the service: {@code orders}, {@code payments} or {@code shipping}. */
    public static void main(String... arguments) throws IOException {
        AutoCloseable service;
        try {
            service = startService(String.join(" ", arguments), ServiceSettings.of(System.getenv()));
        } catch (IllegalArgumentException e) {
            System.err.println("order-services: " + e.getMessage());
            System.exit(2);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeService(service), "stop"));
    }

    private static AutoCloseable startService(String name, ServiceSettings settings) throws IOException {
        return switch (name) {
            case "orders" -> OrderService.start(settings);
            case "payments" -> EventConsumer.start(name, settings, "OrderPlaced", OrderTable::payOrder);
            case "shipping" -> EventConsumer.start(name, settings, "OrderPaid", OrderTable::shipOrder);
            default -> throw new IllegalArgumentException("expected orders, payments or shipping");
        };
    }

    private static void closeService(AutoCloseable service) {
        try {
            service.close();
        } catch (Exception e) {
            LOG.warn("Stopping failed", e);
        }
    }
}
