package io.millrace.client.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapSetter;

/** The current span and baggage of OpenTelemetry. Only code that has seen {@link #IS_PRESENT} calls this class's methods. */
final class OpenTelemetryTrace {
    /** Whether OpenTelemetry's API is on the class path. */
    static final boolean IS_PRESENT = findApi();

    /**
     * What a context became with a span and a baggage. Both are immutable, and a span has the same objects as long as it is
     * current, so that they are compared by identity.
     */
    record Merged(Object span, Object baggage, RequestContext context) {}

    private OpenTelemetryTrace() {}

    private static boolean findApi() {
        try {
            return Api.isUsable();
        } catch (LinkageError e) {
            return false;
        }
    }

    /** The context with the trace of the current span and the current baggage, each in the place of its own if there is one. */
    static RequestContext mergeInto(RequestContext context) {
        return Api.mergeInto(context);
    }

    /** The only class that refers to the API. */
    private static final class Api {
        private static final TextMapSetter<RequestContext.Builder> SETTER = (builder, key, value) -> {
            if (builder != null) {
                builder.put(key, value);
            }
        };

        static boolean isUsable() {
            return Context.current() != null && Span.getInvalid() != null && Baggage.empty() != null;
        }

        @SuppressWarnings("ReferenceEquality") // See Merged.
        static RequestContext mergeInto(RequestContext context) {
            Context telemetry = Context.current();
            SpanContext span = Span.fromContext(telemetry).getSpanContext();
            Baggage baggage = Baggage.fromContext(telemetry);
            if (!span.isValid() && baggage.isEmpty()) {
                return context;
            }
            Merged last = context.lastMerged;
            if (last != null && last.span() == span && last.baggage() == baggage) {
                return last.context();
            }
            RequestContext.Builder builder = context.toBuilder();
            if (span.isValid()) {
                builder.put(ContextKeys.TRACESTATE, null);
                W3CTraceContextPropagator.getInstance().inject(telemetry, builder, SETTER);
            }
            if (!baggage.isEmpty()) {
                W3CBaggagePropagator.getInstance().inject(telemetry, builder, SETTER);
            }
            RequestContext merged = builder.build();
            context.lastMerged = new Merged(span, baggage, merged);
            return merged;
        }
    }
}
