package io.millrace.client.context.servlet;

import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.ContextScope;
import io.millrace.client.context.RequestContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * A servlet filter that runs each request in its context.
 *
 * <p>The context comes from the allowed headers; {@code userId} is the authenticated user, if the filter comes after authentication
 * and the list does not contain {@code userId}. A request without a valid {@code requestId} gets a new one. The response has the
 * request's id in the same header, unless the service sets it.
 *
 * <p>Register the filter for the dispatcher types {@code REQUEST}, {@code ASYNC} and {@code ERROR}, with support for asynchronous
 * requests. A request has one context in all its dispatches: the attribute {@value #ATTRIBUTE}. Threads that a service starts itself
 * get it by {@link RequestContext#wrapRunnable} or an executor of the library. The container calls listeners of asynchronous requests
 * and of non-blocking input without it.
 *
 * <p>Threads: one filter serves all requests.
 */
public final class ContextFilter implements Filter {
    /** The attribute of a request with its {@link RequestContext}. */
    public static final String ATTRIBUTE = "io.millrace.client.context";

    private final ContextHeaders headers;

    /** A filter that takes {@link ContextHeaders#http}. */
    public ContextFilter() {
        this(ContextHeaders.http());
    }

    /** A filter that takes these headers. */
    public ContextFilter(ContextHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        ContextScope scope = findContext(http, answer).open();
        try {
            chain.doFilter(request, response);
        } finally {
            scope.close();
        }
    }

    private RequestContext findContext(HttpServletRequest request, HttpServletResponse response) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestContext known) {
            return known;
        }
        RequestContext context =
                headers.read(name -> listHeaders(request, name)).withRequestId();
        if (context.userId().isEmpty()) {
            context = context.toBuilder().userId(request.getRemoteUser()).build();
        }
        request.setAttribute(ATTRIBUTE, context);
        headers.writeRequestId(context, response::setHeader);
        return context;
    }

    /** A container that does not permit access to headers returns null. */
    private static List<String> listHeaders(HttpServletRequest request, String name) {
        Enumeration<String> values = request.getHeaders(name);
        return values == null ? List.of() : Collections.list(values);
    }
}
