package io.millrace.examples.queries;

import java.io.IOException;

/** The command {@code examples/order-queries/run}. */
final class OrderQueries {
    private OrderQueries() {}

    public static void main(String... arguments) throws IOException {
        QuerySettings settings;
        try {
            settings = QuerySettings.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("order-queries: " + e.getMessage());
            System.exit(2);
            return;
        }
        QueryService service = QueryService.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close, "stop"));
        System.out.println("Answers at " + service.address() + "/orders/1");
    }
}
