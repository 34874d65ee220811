package io.millrace.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tools.changes.ConnectJson;
import java.io.IOException;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

class JsonSchemasTest {
    private final JsonSchemas schemas = new JsonSchemas(true);

    @Test
    void allowsNullWhereTheFieldIsOptional() throws IOException {
        assertSchema(Schema.OPTIONAL_INT64_SCHEMA, "{'type': ['integer', 'null'], 'format': 'int64'}");
        assertSchema(Schema.STRING_SCHEMA, "{'type': 'string'}");
    }

    @Test
    void requiresEveryFieldOfAStructSinceNullsAreWrittenToo() throws IOException {
        assertSchema(
                SchemaBuilder.struct()
                        .field("a", Schema.BOOLEAN_SCHEMA)
                        .field("b", Schema.OPTIONAL_STRING_SCHEMA)
                        .build(),
                """
                {'type': 'object',
                 'properties': {'a': {'type': 'boolean'}, 'b': {'type': ['string', 'null']}},
                 'required': ['a', 'b']}
                """);
    }

    @Test
    void saysHowAConverterWritesDecimals() {
        Schema price = Decimal.builder(2).build();

        assertThat(schemas.of(price).path("type").asText()).isEqualTo("number");
        assertThat(schemas.of(price).path("x-scale").asInt()).isEqualTo(2);
        assertThat(new JsonSchemas(false).of(price).path("contentEncoding").asText())
                .isEqualTo("base64");
    }

    @Test
    void saysWhatANumberCounts() {
        assertThat(schemas.of(Timestamp.SCHEMA).path("description").asText())
                .isEqualTo("milliseconds since 1970-01-01T00:00:00Z");
        assertThat(schemas.of(SchemaBuilder.int64()
                                .name("io.debezium.time.MicroTimestamp")
                                .build())
                        .path("x-connect-type")
                        .asText())
                .isEqualTo("io.debezium.time.MicroTimestamp");
    }

    @Test
    void followsArraysAndMaps() throws IOException {
        assertSchema(
                SchemaBuilder.map(
                                Schema.STRING_SCHEMA,
                                SchemaBuilder.array(Schema.FLOAT64_SCHEMA).build())
                        .build(),
                """
                {'type': 'object',
                 'additionalProperties': {'type': 'array', 'items': {'type': 'number', 'format': 'double'}}}
                """);
    }

    @Test
    void listsTheValuesOfAnEnum() throws IOException {
        assertSchema(
                SchemaBuilder.string()
                        .name("io.debezium.data.Enum")
                        .parameter("allowed", "NEW,OLD")
                        .optional()
                        .build(),
                """
                {'type': ['string', 'null'], 'description': "one of the column's values",
                 'x-connect-type': 'io.debezium.data.Enum', 'enum': ['NEW', 'OLD', null]}
                """);
    }

    private void assertSchema(Schema schema, String expected) throws IOException {
        String json = expected.replace("\"one of the column's values\"", "@").replace('\'', '"');
        assertThat(schemas.of(schema))
                .isEqualTo(ConnectJson.MAPPER.readTree(json.replace("@", "\"one of the column's values\"")));
    }
}
