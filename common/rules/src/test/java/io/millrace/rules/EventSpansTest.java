package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.EventHeaders;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With OpenTelemetry's own SDK in the agent's place. */
class EventSpansTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String UNSAMPLED = "00-" + TRACE + "-00f067aa0ba902b7-00";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                    .addSpanProcessor(SimpleSpanProcessor.create(exported))
                    .build())
            .build();

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void makesTheEventInAChildOfTheRequestsSpanAndNamesItToConsumers() {
        SourceRecord record = change(PARENT);
        record.headers().addString("tracestate", "rojo=1");

        SourceRecord event = events(telemetry).mapRecord(record);

        SpanData span = exported.getFinishedSpanItems().get(0);
        assertThat(exported.getFinishedSpanItems()).hasSize(1);
        assertThat(span.getName()).isEqualTo("ToOfficialEvent OrderPlaced");
        assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("messaging.destination.name")))
                .isEqualTo("orders");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("cloudevents.event_type")))
                .isEqualTo("OrderPlaced");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("cloudevents.event_id")))
                .isEqualTo(header(event, EventHeaders.ID));
        assertThat(header(event, "traceparent")).isEqualTo("00-" + TRACE + "-" + span.getSpanId() + "-01");
        assertThat(header(event, "tracestate")).isEqualTo("rojo=1");
        assertThat(header(record, "traceparent")).isEqualTo(PARENT);
    }

    @Test
    void makesNoSpanForAChangeThatBelongsToNoTraceOrBecomesNoEvent() {
        assertThat(header(events(telemetry).mapRecord(change(null)), "traceparent"))
                .isNull();
        assertThat(header(events(telemetry).mapRecord(change("00-nonsense")), "traceparent"))
                .isEqualTo("00-nonsense");
        assertThat(events(telemetry).mapRecord(tombstone())).isNull();

        assertThat(exported.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void leavesTheHeaderOfATraceThatIsNotSampled() {
        assertThat(header(events(telemetry).mapRecord(change(UNSAMPLED)), "traceparent"))
                .isEqualTo(UNSAMPLED);
        assertThat(exported.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void saysInTheSpanThatAChangeWasRefused() {
        OfficialEventMapper events = events(
                telemetry,
                "OrderPlaced; table: shop.orders; on: create; fields: id = row.id; topic: t; revision: row.version");

        assertThatThrownBy(() -> events.mapRecord(change(PARENT))).isInstanceOf(DataException.class);

        SpanData span = exported.getFinishedSpanItems().get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getEvents()).hasSize(1);
    }

    @Test
    void doesNothingWithoutAnAgent() {
        assertThat(new EventSpans(OpenTelemetry.noop()).areRecorded()).isFalse();
        assertThat(EventSpans.ofWorker().areRecorded()).isFalse();
        assertThat(header(events(OpenTelemetry.noop()).mapRecord(change(PARENT)), "traceparent"))
                .isEqualTo(PARENT);
    }

    private static OfficialEventMapper events(OpenTelemetry telemetry) {
        return events(
                telemetry,
                "OrderPlaced; table: shop.orders; on: create; key: order_id = row.id; "
                        + "fields: order_id = row.id; topic: orders");
    }

    private static OfficialEventMapper events(OpenTelemetry telemetry, String rule) {
        OfficialEventConfig config = new OfficialEventConfig(Map.of("table.1", "shop.orders", "rule.1", rule));
        return new OfficialEventMapper(config, new EventSpans(telemetry));
    }

    private static String header(SourceRecord event, String name) {
        return EventHeaders.text(event.headers(), name).orElse(null);
    }

    private static SourceRecord change(String traceparent) {
        Map<String, Object> source = Map.of("name", "shop", "db", "shop", "table", "orders", "ts_ms", 1L);
        Map<String, Object> change = Map.of("op", "c", "source", source, "after", Map.of("id", 7L));
        Map<String, Object> offset = Map.of("file", "binlog.000002", "pos", 157L, "event", 2L, "row", 1L);
        SourceRecord record = new SourceRecord(Map.of("server", "shop"), offset, "shop.shop.orders", null, change);
        if (traceparent != null) {
            record.headers().addString("traceparent", traceparent);
        }
        return record;
    }

    private static SourceRecord tombstone() {
        SourceRecord record = new SourceRecord(Map.of(), Map.of(), "shop.shop.orders", null, null);
        record.headers().addString("traceparent", PARENT);
        return record;
    }
}
