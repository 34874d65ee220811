package io.millrace.rules;

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
import org.jspecify.annotations.Nullable;

/**
 * The spans of events, if an OpenTelemetry agent runs on the worker: children of the span that the change's header
 * {@code traceparent} names. A change without the header does not belong to a trace, and gets no span.
 *
 * <p>The event's header then names the new span, as the W3C requires of every participant of a trace, so that the spans
 * of consumers become its children. If the agent does not sample the trace, and without an agent, the header is not
 * changed.
 *
 * <p>Millrace contains only OpenTelemetry's API, which does nothing without an agent.
 */
final class EventSpans {
    private static final String TRACEPARENT = "traceparent";
    private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();

    private final boolean recorded;
    private final Tracer tracer;

    /** Spans of this API. */
    EventSpans(OpenTelemetry telemetry) {
        this.recorded = telemetry.getTracerProvider() != TracerProvider.noop();
        this.tracer = telemetry.getTracer("io.millrace");
    }

    /** Spans of the worker's agent; none without an agent. */
    static EventSpans ofWorker() {
        return new EventSpans(GlobalOpenTelemetry.get());
    }

    /** Whether spans are recorded; if not, no other method of this class is necessary. */
    boolean areRecorded() {
        return recorded;
    }

    /**
     * Makes an event, within a span if the record belongs to a trace.
     *
     * @param making makes the event of the record, with headers of its own, which this method may change
     */
    <R extends ConnectRecord<R>> R makeInSpan(R record, Rule rule, Supplier<R> making) {
        Context parent = PROPAGATOR.extract(Context.root(), record.headers(), Incoming.HEADERS);
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            return making.get();
        }
        Span span = tracer.spanBuilder("ToOfficialEvent " + rule.typeHeader())
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "create")
                .setAttribute(
                        "messaging.destination.name", rule.routing().topic().toString())
                .setAttribute("cloudevents.event_type", rule.typeHeader())
                .startSpan();
        try {
            R event = making.get();
            span.setAttribute("messaging.destination.name", event.topic());
            if (span.isRecording()) {
                EventHeaders.text(event.headers(), EventHeaders.ID)
                        .ifPresent(id -> span.setAttribute("cloudevents.event_id", id));
            }
            writeTraceparent(span.getSpanContext(), parent.with(span), event.headers());
            return event;
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR).recordException(e);
            throw e;
        } finally {
            span.end();
        }
    }

    private static void writeTraceparent(SpanContext span, Context context, Headers headers) {
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
        public @Nullable String get(@Nullable Headers headers, String name) {
            return headers == null ? null : EventHeaders.text(headers, name).orElse(null);
        }
    }
}
