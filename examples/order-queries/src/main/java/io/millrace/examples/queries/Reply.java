package io.millrace.examples.queries;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An HTTP answer: its status, its headers, and a JSON document. */
record Reply(int status, Map<String, String> headers, String body) {
    /** The header with the time of the sink's last write. */
    static final String WRITTEN_AT = "View-Written-At";

    private static final JsonFactory JSON = new JsonFactory();

    static Reply order(ViewResult<OrderStatus> answer) {
        return new Reply(
                        200,
                        Map.of("ETag", "\"" + answer.value().revision() + "\""),
                        writeJson(g -> writeOrder(g, answer.value())))
                .writtenAt(answer.writtenAt());
    }

    /** With the place of the next page, if there may be one. */
    static Reply orders(ViewResult<List<OrderStatus>> answer, Optional<String> next) {
        return new Reply(200, Map.of(), writeJson(g -> {
                    g.writeStartObject();
                    g.writeArrayFieldStart("orders");
                    for (OrderStatus order : answer.value()) {
                        writeOrder(g, order);
                    }
                    g.writeEndArray();
                    g.writeStringField("next", next.orElse(null));
                    g.writeEndObject();
                }))
                .writtenAt(answer.writtenAt());
    }

    static Reply message(int status, String message) {
        return new Reply(status, Map.of(), writeJson(g -> {
            g.writeStartObject();
            g.writeStringField("message", message);
            g.writeEndObject();
        }));
    }

    Reply writtenAt(Optional<Instant> time) {
        return time.map(instant -> withHeader(WRITTEN_AT, instant.toString())).orElse(this);
    }

    Reply withHeader(String header, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(header, value);
        return new Reply(status, all, body);
    }

    private static void writeOrder(JsonGenerator g, OrderStatus order) throws IOException {
        g.writeStartObject();
        g.writeNumberField("order_id", order.orderId());
        g.writeNumberField("customer_id", order.customerId());
        g.writeStringField("status", order.status());
        g.writeNumberField("total", order.total());
        g.writeStringField("currency", order.currency());
        g.writeStringField("placed_at", utc(order.placedAt()));
        g.writeStringField("paid_at", utc(order.paidAt()));
        g.writeStringField("shipped_at", utc(order.shippedAt()));
        g.writeNumberField("revision", order.revision());
        g.writeEndObject();
    }

    private static @Nullable String utc(@Nullable LocalDateTime time) {
        return time == null ? null : time.toInstant(ZoneOffset.UTC).toString();
    }

    private static String writeJson(JsonBody body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            body.writeTo(generator);
        } catch (IOException e) {
            throw new UncheckedIOException("An answer could not be written", e);
        }
        return text.toString();
    }

    private interface JsonBody {
        void writeTo(JsonGenerator generator) throws IOException;
    }
}
