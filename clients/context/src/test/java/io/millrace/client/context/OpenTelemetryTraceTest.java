package io.millrace.client.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenTelemetryTraceTest {
    private static final RequestContext INCOMING = RequestContext.builder()
            .requestId("7")
            .put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .put("tracestate", "a=1")
            .put("baggage", "b=2")
            .build();

    private final Tracer tracer = SdkTracerProvider.builder().build().get("test");

    @Test
    void theCurrentSpanTakesThePlaceOfTheIncomingOne() {
        Span span = tracer.spanBuilder("request").startSpan();
        INCOMING.run(() -> {
            try (Scope scope = span.makeCurrent()) {
                assertThat(scope).isNotNull();
                RequestContext current = RequestContext.current();
                assertThat(current.values())
                        .isEqualTo(Map.of("requestId", "7", "baggage", "b=2", "traceparent", parentOf(span)));
                assertThat(RequestContext.current()).isSameAs(current);
                Span child = tracer.spanBuilder("child").startSpan();
                try (Scope inner = child.makeCurrent()) {
                    assertThat(inner).isNotNull();
                    assertThat(RequestContext.current().traceparent()).hasValue(parentOf(child));
                }
            }
            assertThat(RequestContext.current()).isSameAs(INCOMING);
        });
    }

    @Test
    void aSpanWithoutARequestIsAContext() {
        Span span = tracer.spanBuilder("job").startSpan();
        try (Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(SqlComment.current()).isEqualTo("/*traceparent='" + parentOf(span) + "'*/");
        }
        assertThat(SqlComment.current()).isEmpty();
    }

    @Test
    void theBaggageIsOpenTelemetrys() {
        Context context =
                Context.current().with(Baggage.builder().put("k", "v w").build());
        INCOMING.run(() -> {
            try (Scope scope = context.makeCurrent()) {
                assertThat(scope).isNotNull();
                assertThat(RequestContext.current().value("baggage")).hasValue("k=v%20w");
                assertThat(RequestContext.current().traceparent()).isEqualTo(INCOMING.traceparent());
            }
        });
    }

    /** Loads the library without OpenTelemetry's API, as most services have it. */
    @Test
    void theApiIsNotNeeded() throws Exception {
        URL[] without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !path.contains("opentelemetry"))
                .map(OpenTelemetryTraceTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
            Class<?> comment = loader.loadClass(SqlComment.class.getName());
            assertThat(comment.getMethod("addTo", String.class).invoke(null, "SELECT 1"))
                    .isEqualTo("SELECT 1");
        }
    }

    private static String parentOf(Span span) {
        SpanContext context = span.getSpanContext();
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }

    private static URL url(String path) {
        try {
            URI uri = new File(path).toURI();
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
