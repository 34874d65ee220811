package io.millrace.client.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class RequestContextTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final RequestContext ONE =
            RequestContext.builder().requestId("one").userId("ann").build();
    private static final RequestContext TWO =
            RequestContext.builder().requestId("two").build();

    private ExecutorService pool;

    @BeforeEach
    void startPool() {
        pool = Executors.newFixedThreadPool(1);
    }

    @AfterEach
    void stopPool() throws InterruptedException {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(RequestContext.current()).isSameAs(RequestContext.empty());
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void aThreadHasTheContextThatWasOpenedLast() {
        try (ContextScope outer = ONE.open()) {
            assertThat(outer).isNotNull();
            try (ContextScope inner = TWO.open()) {
                assertThat(inner).isNotNull();
                assertThat(RequestContext.current()).isSameAs(TWO);
            }
            assertThat(RequestContext.current()).isSameAs(ONE);
        }
    }

    @Test
    void theMdcHasTheContextAndIsRestored() {
        MDC.put("requestId", "before");
        try {
            try (ContextScope outer = ONE.toBuilder()
                    .put("traceparent", PARENT)
                    .put("tracestate", "a=1")
                    .put("baggage", "b=2")
                    .build()
                    .open()) {
                assertThat(outer).isNotNull();
                assertThat(MDC.getCopyOfContextMap())
                        .isEqualTo(Map.of("requestId", "one", "userId", "ann", "traceparent", PARENT));
                TWO.run(() -> assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("requestId", "two")));
                assertThat(MDC.get("userId")).isEqualTo("ann");
            }
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("requestId", "before"));
        } finally {
            MDC.clear();
        }
    }

    @Test
    void aScopeThatIsClosedTooEarlyEndsWhatWasOpenedInIt() {
        ContextScope outer = ONE.open();
        ContextScope inner = TWO.open();
        outer.close();
        assertThat(RequestContext.current()).isSameAs(RequestContext.empty());
        assertThat(MDC.get("requestId")).isNull();
        ContextScope next = TWO.open();
        inner.close();
        assertThat(RequestContext.current()).isSameAs(TWO);
        next.close();
        assertThat(RequestContext.current()).isSameAs(RequestContext.empty());
    }

    @Test
    void aScopeThatIsLeftOpenEndsWithItsOuterOne() {
        ONE.run(() -> TWO.open());

        assertThat(RequestContext.current().isEmpty()).isTrue();
        assertThat(MDC.get("requestId")).isNull();
    }

    @Test
    void aScopeThatAnotherThreadClosesEndsInItsOwn() throws Exception {
        ContextScope scope = ONE.open();
        pool.submit(scope::close).get();
        assertThat(RequestContext.current()).isSameAs(RequestContext.empty());
        TWO.run(() -> assertThat(RequestContext.current()).isSameAs(TWO));
    }

    @Test
    void anExecutorRunsATaskInTheContextInWhichItWasSubmitted() throws Exception {
        ExecutorService workers = ContextExecutor.wrap(pool);
        List<String> seen = new ArrayList<>();
        ONE.call(() -> workers.submit(() -> seen.add(id()))).get();
        TWO.call(() -> workers.submit(() -> seen.add(id()))).get();
        workers.submit(() -> seen.add(id())).get();
        assertThat(ONE.call(() -> workers.invokeAll(List.of(RequestContextTest::id, RequestContextTest::id))))
                .allSatisfy(future -> assertThat(future.get()).isEqualTo("one"));
        assertThat(seen).containsExactly("one", "two", "none");
        pool.submit(() -> assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty()).get();
    }

    @Test
    void stagesOfAFutureRunInTheContextInWhichItWasMade() throws Exception {
        ContextFuture<String> future = ONE.call(() -> ContextFuture.of(pool));
        CompletableFuture<String> result = future.thenApplyAsync(text -> text + " " + id())
                .thenCombineAsync(CompletableFuture.completedFuture("!"), (text, mark) -> text + " " + id() + mark);
        TWO.run(() -> future.complete("done"));
        assertThat(result.get()).isEqualTo("done one one!");

        assertThat(ONE.call(() -> ContextFuture.supply(pool, RequestContextTest::id))
                        .get())
                .isEqualTo("one");
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<String> after = ONE.call(() -> ContextFuture.of(pool, foreign))
                .handleAsync((text, failure) -> failure.getMessage() + " " + id());
        foreign.completeExceptionally(new IllegalStateException("broken"));
        assertThat(after.get()).isEqualTo("broken one");
    }

    @Test
    void wrappedFunctionsRunInTheirContext() throws Exception {
        List<String> seen = new ArrayList<>();
        ONE.wrapRunnable(() -> seen.add(id())).run();
        ONE.wrapConsumer(text -> seen.add(text + id())).accept("consumer ");
        seen.add(ONE.wrapCallable(RequestContextTest::id).call());
        seen.add(ONE.wrapSupplier(RequestContextTest::id).get());
        seen.add(ONE.<String, String>wrapFunction(text -> text + id()).apply("function "));
        seen.add(ONE.<String, String, String>wrapBiFunction((a, b) -> a + b + id())
                .apply("both", " "));
        assertThat(seen).containsExactly("one", "consumer one", "one", "one", "function one", "both one");
    }

    @Test
    void aValueThatIsNotValidIsIgnored() {
        RequestContext context = RequestContext.builder()
                .requestId("a b")
                .userId("a\nb")
                .put("traceparent", PARENT.toUpperCase(java.util.Locale.ROOT))
                .put("tracestate", "a=1")
                .put("baggage", "no pair")
                .put("tenant", "x".repeat(ContextKeys.MAX_VALUE_LENGTH + 1))
                .put("region", "\uD800")
                .put("team", "\uFFFD(")
                .put("kept", "\u00FC \uD83D\uDE00 */ '")
                .build();
        assertThat(context.values()).isEqualTo(Map.of("kept", "\u00FC \uD83D\uDE00 */ '"));
        assertThat(context.toString()).isEqualTo("RequestContext[kept]");
    }

    @Test
    void aRefusedValueDoesNotLeaveTheFormerOne() {
        assertThat(ONE.toBuilder().userId("").build().userId()).isEmpty();
        assertThat(ONE.toBuilder().userId(null).build().userId()).isEmpty();
    }

    @Test
    void keysAreBounded() {
        RequestContext.Builder builder = RequestContext.builder();
        for (int i = 0; i < 2 * ContextKeys.MAX_KEYS; i++) {
            builder.put("key" + i, "value");
        }
        assertThat(builder.build().values()).hasSize(ContextKeys.MAX_KEYS);
        for (String key : List.of("", "a b", "a'", "a=", "1a", "a".repeat(65), "a*/")) {
            assertThatThrownBy(() -> RequestContext.builder().put(key, "value"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // What code without these checks does.
    void aNullKeyIsRefusedWithAReason() {
        assertThatThrownBy(() -> RequestContext.builder().put(null, "value"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> ContextHeaders.http().with(null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdIsMadeOnlyIfThereIsNone() {
        assertThat(ONE.withRequestId()).isSameAs(ONE);
        String made = RequestContext.empty().withRequestId().requestId().orElseThrow();
        assertThat(made)
                .hasSize(36)
                .isNotEqualTo(RequestContext.empty().withRequestId().requestId().orElseThrow());
    }

    @Test
    void headersAreReadAndWrittenByTheList() {
        Map<String, List<String>> headers = Map.of(
                "X-Request-Id", List.of("7"),
                "userId", List.of("mallory"),
                "traceparent", List.of(PARENT),
                "tracestate", List.of("a=1", "b=2"),
                "Tenant", List.of("t1"),
                "other", List.of("x"));
        RequestContext context = ContextHeaders.http().with("tenant", "Tenant").read(headers::get);
        assertThat(context.values())
                .isEqualTo(Map.of("requestId", "7", "traceparent", PARENT, "tracestate", "a=1,b=2", "tenant", "t1"));
        assertThat(ContextHeaders.http()
                        .read(Map.of("X-Request-Id", List.of("7", "8"))::get)
                        .isEmpty())
                .isTrue();

        List<String> written = new ArrayList<>();
        ContextHeaders.records().without("tracestate").write(context, (name, value) -> written.add(name + "=" + value));
        assertThat(written).containsExactly("requestId=7", "traceparent=" + PARENT);
    }

    private static String id() {
        return RequestContext.current().requestId().orElse("none");
    }
}
