package io.millrace.converters.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;

/** A schema that is recognised by the bytes before the payload of its messages. */
final class KnownSchema {
    /** Takes the beginning's place in front of a payload, so that what follows is one JSON text. */
    private static final byte[] OPENING = "{\"payload\":".getBytes(StandardCharsets.US_ASCII);

    private final byte[] beginning;
    private final Schema schema;
    private final ValueReader payload;

    /**
     * Messages of this schema.
     *
     * @param beginning what they begin with: everything before the payload's first byte; is not copied
     */
    KnownSchema(byte[] beginning, Schema schema, ValueReader payload) {
        this.beginning = beginning;
        this.schema = schema;
        this.payload = payload;
    }

    /** Whether the message begins like the others. */
    boolean matches(byte[] message) {
        int length = beginning.length;
        return message.length > length && Arrays.equals(message, 0, length, beginning, 0, length);
    }

    /** Reads a message that {@link #matches}; null if JsonConverter has to. */
    @Nullable
    SchemaAndValue readMessage(byte[] message) {
        int length = message.length - beginning.length;
        byte[] text = new byte[OPENING.length + length];
        System.arraycopy(OPENING, 0, text, 0, OPENING.length);
        System.arraycopy(message, beginning.length, text, OPENING.length, length);
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            parser.nextToken();
            parser.nextToken();
            Object value = payload.read(parser, parser.nextToken());
            return parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null
                    ? new SchemaAndValue(schema, value)
                    : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /**
     * The index of the payload in a message that contains its schema first and then only the payload; -1 for any other
     * message.
     */
    static int findPayload(byte[] message) {
        // Offsets count bytes of UTF-8 alone.
        if (message.length < 2 || message[0] != '{' || message[1] == 0) {
            return -1;
        }
        try (JsonParser parser = Json.FACTORY.createParser(message)) {
            parser.nextToken();
            if (!"schema".equals(parser.nextFieldName())) {
                return -1;
            }
            parser.nextToken();
            parser.skipChildren();
            if (!"payload".equals(parser.nextFieldName())) {
                return -1;
            }
            parser.nextToken();
            int beginning = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            // Another schema behind the payload would be the message's.
            return parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null ? beginning : -1;
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }
}
