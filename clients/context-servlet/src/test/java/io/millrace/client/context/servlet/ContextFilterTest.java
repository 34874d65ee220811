package io.millrace.client.context.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.context.RequestContext;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContainerInitializerHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The filter in a real container. */
class ContextFilterTest {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler handler = new ServletContextHandler();
        handler.addServletContainerInitializer(
                new ServletContainerInitializerHolder((types, servlets) -> addFilter(servlets)));
        ServletHolder servlet = new ServletHolder(new EchoServlet());
        servlet.setAsyncSupported(true);
        handler.addServlet(servlet, "/*");
        server.setHandler(handler);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void aRequestRunsInItsContext() throws Exception {
        HttpResponse<String> response = send("/plain", "X-Request-Id", "7", "userId", "mallory");
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("REQUEST {requestId=7}");
        assertThat(response.headers().firstValue("X-Request-Id")).hasValue("7");
    }

    @Test
    void aRequestWithoutAValidIdGetsOne() throws Exception {
        for (String id : List.of("a b", "x".repeat(129))) {
            HttpResponse<String> response = send("/plain", "X-Request-Id", id);
            String made = response.headers().firstValue("X-Request-Id").orElseThrow();
            assertThat(made).hasSize(36);
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("REQUEST {requestId=" + made + "}");
        }
    }

    @Test
    void allDispatchesOfARequestHaveOneContext() throws Exception {
        String id = send("/async").headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("REQUEST {requestId=" + id + "}");
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("thread {requestId=" + id + "}");
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ASYNC {requestId=" + id + "}");
    }

    @Test
    void theContextEndsWithTheRequest() throws Exception {
        assertThat(send("/failing", "X-Request-Id", "7").statusCode()).isEqualTo(500);
        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("REQUEST {requestId=7}");
        for (int i = 0; i < 20; i++) {
            send("/plain", "X-Request-Id", "8");
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("REQUEST {requestId=8}");
        }
    }

    private static void addFilter(ServletContext servlets) {
        // page: servlet
        FilterRegistration.Dynamic filter = servlets.addFilter("context", new ContextFilter());
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR), false, "/*");
        // end
    }

    private HttpResponse<String> send(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void see(Object place) {
        seen.add(place + " " + RequestContext.current().values());
    }

    private final class EchoServlet extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            see(request.getDispatcherType());
            if (request.getRequestURI().equals("/failing")) {
                throw new IOException("The test's failure");
            }
            if (request.getRequestURI().equals("/async") && request.getDispatcherType() == DispatcherType.REQUEST) {
                AsyncContext async = request.startAsync();
                async.start(RequestContext.current().wrapRunnable(() -> {
                    see("thread");
                    async.dispatch();
                }));
            }
        }
    }
}
