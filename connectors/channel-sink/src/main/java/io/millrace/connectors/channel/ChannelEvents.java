package io.millrace.connectors.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.millrace.changes.RecordPlace;
import io.millrace.changes.ValueText;
import io.millrace.connectors.channel.history.ChannelEvent;
import io.millrace.connectors.channel.history.ChannelName;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Makes events of records, by the connector's expressions. */
final class ChannelEvents {
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(EventScope.VARIABLES);
    private static final int MAX_CHANNELS = 100;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** About how much the members besides the data take. */
    private static final int MEMBERS_LENGTH = 200;

    private final Expression channel;
    private final Expression type;
    private final Expression id;
    private final Expression data;
    private final ChannelSinkOptions.WithoutChannel withoutChannel;
    private final int maxBytes;

    ChannelEvents(AbstractConfig config) {
        this.channel = ChannelSinkOptions.CHANNEL.get(config);
        this.type = ChannelSinkOptions.TYPE.get(config);
        this.id = ChannelSinkOptions.ID.get(config);
        this.data = ChannelSinkOptions.DATA.get(config);
        this.withoutChannel = ChannelSinkOptions.WITHOUT_CHANNEL.get(config);
        this.maxBytes = ChannelSinkOptions.MAX_BYTES.get(config);
    }

    /** The expression in a text. */
    static Expression parse(String source) {
        return COMPILER.expression(source).nullIfMissing();
    }

    /**
     * The event of a record; empty if it has no channel and such records are dropped.
     *
     * @throws DataException with the coordinates of a record that is refused, and without its values
     */
    Optional<ChannelEvent> find(SinkRecord record) {
        try {
            EventScope scope = new EventScope(record);
            List<String> channels = channelsOf(channel.value(scope));
            if (channels.isEmpty()) {
                if (withoutChannel == ChannelSinkOptions.WithoutChannel.DROP) {
                    return Optional.empty();
                }
                throw new DataException("the record has no channel: " + ChannelSinkOptions.CHANNEL + " is null");
            }
            return Optional.of(requireSize(createEvent(record, scope, channels)));
        } catch (DataException e) {
            throw new DataException(RecordPlace.of(record) + ": " + e.getMessage(), e);
        }
    }

    private static List<String> channelsOf(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        List<String> channels = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : List.of(value)) {
            String name = ValueText.ofScalar(null, each).orElse("");
            if (!ChannelName.isValid(name)) {
                throw new DataException(
                        "expected names of channels (" + ChannelSinkOptions.CHANNEL + ") of " + ChannelName.EXPECTED);
            }
            if (!channels.contains(name)) {
                channels.add(name);
            }
        }
        if (channels.size() > MAX_CHANNELS) {
            throw new DataException("expected at most " + MAX_CHANNELS + " channels, found " + channels.size());
        }
        return channels;
    }

    private ChannelEvent createEvent(SinkRecord record, EventScope scope, List<String> channels) {
        String typeText = textOf(type, scope);
        String idText = textOf(id, scope);
        String dataText = dataOf(scope);
        StringBuilder content = new StringBuilder(dataText.length() + MEMBERS_LENGTH);
        if (idText != null) {
            content.append("\"id\":").append(JsonText.of(null, idText)).append(',');
        }
        if (typeText != null) {
            content.append("\"type\":").append(JsonText.of(null, typeText)).append(',');
        }
        long time = EventScope.timestampOf(record);
        content.append("\"time\":").append(time).append(",\"data\":");
        content.append(dataText).append('}');
        return new ChannelEvent(
                channels,
                typeText == null ? "" : typeText,
                time,
                content.toString().getBytes(UTF_8));
    }

    private static @Nullable String textOf(Expression expression, EventScope scope) {
        return ValueText.ofScalar(expression.schema(scope), expression.value(scope))
                .orElse(null);
    }

    private String dataOf(EventScope scope) {
        Object value = data.value(scope);
        Optional<String> text = value instanceof String json ? Optional.of(json) : ValueText.ofUtf8(value);
        if (text.isPresent()) {
            return requireJson(text.get());
        }
        return value == null ? "null" : JsonText.of(data.schema(scope), value);
    }

    /** JSON on one line: outside of texts, a line's end is a space. */
    private static String requireJson(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new DataException("expected JSON in " + ChannelSinkOptions.DATA + ", found an empty text");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new DataException("expected one JSON value in " + ChannelSinkOptions.DATA + ", found several");
            }
        } catch (IOException e) {
            // Without the cause, whose message may quote the value.
            throw new DataException("expected JSON in " + ChannelSinkOptions.DATA
                    + ", found another text. An expression can put a text into an object");
        }
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    private ChannelEvent requireSize(ChannelEvent event) {
        for (String name : event.channels()) {
            if (event.size(name) > maxBytes) {
                throw new DataException("the event has " + event.size(name) + " bytes, expected at most " + maxBytes
                        + " (" + ChannelSinkOptions.MAX_BYTES + ")");
            }
        }
        return event;
    }
}
