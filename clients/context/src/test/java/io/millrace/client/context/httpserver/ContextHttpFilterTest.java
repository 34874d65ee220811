package io.millrace.client.context.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpServer;
import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.RequestContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContextHttpFilterTest {
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpContext context = server.createContext("/", exchange -> {
            byte[] body = RequestContext.current().values().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        context.getFilters().add(new ContextHttpFilter(ContextHeaders.http().with("tenant", "X-Tenant")));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theHandlerRunsInTheContextOfTheRequest() throws Exception {
        HttpResponse<String> response = send("X-Request-Id", "7", "X-Tenant", "t", "userId", "mallory", "other", "x");
        assertThat(response.body()).isEqualTo("{requestId=7, tenant=t}");
        assertThat(response.headers().firstValue("X-Request-Id")).hasValue("7");
    }

    @Test
    void aRequestWithoutAValidIdGetsOne() throws Exception {
        HttpResponse<String> response = send("X-Request-Id", "a b");
        String id = response.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(id).hasSize(36);
        assertThat(response.body()).isEqualTo("{requestId=" + id + "}");
        assertThat(send("X-Request-Id", "7", "X-Request-Id", "8").body()).matches("\\{requestId=[0-9a-f-]{36}}");
    }

    private HttpResponse<String> send(String... headers) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                .headers(headers)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
