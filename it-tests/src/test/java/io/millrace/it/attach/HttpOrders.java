package io.millrace.it.attach;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.httpserver.ContextHttpFilter;

/** The JDK's HTTP server. */
final class HttpOrders {
    private HttpOrders() {}

    static void serve(HttpServer server, HttpHandler handler) {
        // page: httpserver
        ContextHeaders headers = ContextHeaders.http().with("tenant", "X-Tenant");
        server.createContext("/orders", handler).getFilters().add(new ContextHttpFilter(headers));
        // end
    }
}
