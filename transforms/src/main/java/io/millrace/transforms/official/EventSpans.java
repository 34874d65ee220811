package io.millrace.transforms.official;

import io.millrace.events.EventHeaders;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Headers;

/**
 * The spans in which events are made, where an OpenTelemetry agent is on the worker: children of the span that the
 * change's header {@code traceparent} names. A change without one belongs to no trace, and gets no span.
 *
 * <p>The event's header then names the new span, as the W3C asks of whoever takes part in a trace, so that what consumers
 * do becomes its child. Where the agent does not sample the trace, and without an agent, the header stays as it is.
 *
 * <p>Millrace brings OpenTelemetry's API alone, which does nothing by itself; the agent puts its own behind it.
 */
final class EventSpans {
    private static final String TRACEPARENT = "traceparent";
    private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();

    private final boolean on;
    private final Tracer tracer;

    /** Spans that go where this API's do. */
    EventSpans(OpenTelemetry telemetry) {
        this.on = telemetry.getTracerProvider() != TracerProvider.noop();
        this.tracer = telemetry.getTracer("io.millrace");
    }

    /** Spans that go to the worker's agent; without one there are none. */
    static EventSpans ofWorker() {
        return new EventSpans(GlobalOpenTelemetry.get());
    }

    /** Whether spans go anywhere; where not, nothing else of this class need be called. */
    boolean on() {
        return on;
    }

    /**
     * What {@code making} returns, made within a span where the record belongs to a trace.
     *
     * @param making makes the event of the record, with headers of its own, which this may change
     */
    <R extends ConnectRecord<R>> R around(R record, Rule rule, Supplier<R> making) {
        Context parent = PROPAGATOR.extract(Context.root(), record.headers(), Incoming.HEADERS);
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            return making.get();
        }
        Span span = tracer.spanBuilder("ToOfficialEvent " + rule.typeHeader())
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "create")
                .setAttribute("messaging.destination.name", rule.topic())
                .setAttribute("cloudevents.event_type", rule.typeHeader())
                .startSpan();
        try {
            R event = making.get();
            if (span.isRecording()) {
                EventHeaders.text(event.headers(), EventHeaders.ID)
                        .ifPresent(id -> span.setAttribute("cloudevents.event_id", id));
            }
            name(span.getSpanContext(), parent.with(span), event.headers());
            return event;
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR).recordException(e);
            throw e;
        } finally {
            span.end();
        }
    }

    private static void name(SpanContext span, Context context, Headers headers) {
        if (span.isSampled()) {
            PROPAGATOR.inject(context, headers, (carrier, name, value) -> carrier.remove(name)
                    .addString(name, value));
        }
    }

    private enum Incoming implements TextMapGetter<Headers> {
        HEADERS;

        @Override
        public List<String> keys(Headers headers) {
            return List.of(TRACEPARENT);
        }

        @Override
        public String get(Headers headers, String name) {
            return EventHeaders.text(headers, name).orElse(null);
        }
    }
}
