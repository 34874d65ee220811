package io.millrace.client.context.httpserver;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.ContextScope;
import io.millrace.client.context.RequestContext;
import java.io.IOException;

/**
 * A filter of the JDK's HTTP server that runs the handler in the context of the request.
 *
 * <p>The context comes from the allowed headers; {@code userId} is the name of the authenticated principal, if the server's
 * authenticator runs before this filter and the list does not contain {@code userId}. A request without a valid {@code requestId} gets a
 * new one. The response has the request's id in the same header, unless the handler sets it.
 *
 * <p>Threads: one filter serves all requests of a server.
 */
public final class ContextHttpFilter extends Filter {
    private final ContextHeaders headers;

    /** A filter that takes {@link ContextHeaders#http}. */
    public ContextHttpFilter() {
        this(ContextHeaders.http());
    }

    /** A filter that takes these headers. */
    public ContextHttpFilter(ContextHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        RequestContext context =
                headers.read(name -> exchange.getRequestHeaders().get(name)).withRequestId();
        if (context.userId().isEmpty() && exchange.getPrincipal() != null) {
            context = context.toBuilder()
                    .userId(exchange.getPrincipal().getUsername())
                    .build();
        }
        headers.writeRequestId(
                context, (name, id) -> exchange.getResponseHeaders().set(name, id));
        ContextScope scope = context.open();
        try {
            chain.doFilter(exchange);
        } finally {
            scope.close();
        }
    }

    @Override
    public String description() {
        return "Runs the handler in the context of the request";
    }
}
