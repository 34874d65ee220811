package io.millrace.connectors.projection.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import io.millrace.expressions.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Fields whose values are stored elsewhere: a view may keep where they are, their size and their hash. */
class PayloadColumnsTest {
    private static final String SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static final Schema IMAGE = SchemaBuilder.struct()
            .name("io.millrace.payload.v1.ImageAdded_image")
            .field("format", Schema.STRING_SCHEMA)
            .field("inline", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("uri", Schema.OPTIONAL_STRING_SCHEMA)
            .field("size", Schema.INT64_SCHEMA)
            .field("sha256", Schema.STRING_SCHEMA)
            .field("codec", Schema.OPTIONAL_STRING_SCHEMA)
            .field("contentType", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();
    private static final Schema EVENT =
            SchemaBuilder.struct().name("ImageAdded").field("image", IMAGE).build();
    private static final View VIEW = new View(
            TableName.parse("images"),
            List.of("images"),
            List.of(
                    text("uri"),
                    text("hash"),
                    Views.column("bytes", ColumnKind.INTEGER, "bigint", 0),
                    Views.column("small", ColumnKind.BINARY, "blob", 0)),
            1,
            0,
            -1);

    private static final ProjectionBasics BASICS = new ProjectionBasics(
            "images",
            "upsert",
            Set.of(),
            TableName.parse("images"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false,
            new UnavailableValue(""));

    private static Column text(String name) {
        return Views.column(name, ColumnKind.TEXT, "varchar(255)", 0);
    }

    private static Struct image(byte[] inline, String uri) {
        return new Struct(IMAGE)
                .put("format", "io.millrace.payload.v1.bytes")
                .put("inline", inline)
                .put("uri", uri)
                .put("size", 5L)
                .put("sha256", SHA256);
    }

    private static Object[] row(Schema schema, Object value) {
        List<Field> fields = ProjectionCompilers.PLAIN
                .record()
                .fields(
                        "uri = value.image.uri, hash = value.image.sha256, bytes = value.image.size, small ="
                                + " value.image.inline",
                        "value");
        RecordScope scope = new RecordScope().of(new SinkRecord("images", 0, null, null, schema, value, 42));
        Object[] row = new Object[VIEW.columns().size()];
        BoundField.bind(BASICS, fields, VIEW).forEach(field -> field.fill(scope, row));
        return row;
    }

    @Test
    void readsThePartsOfAStoredValue() {
        Struct event = new Struct(EVENT).put("image", image(null, "s3://shop/a"));
        assertThat(row(EVENT, event)).containsExactly("s3://shop/a", SHA256, 5L, null);
    }

    @Test
    void readsThePartsOfAnInlineValue() {
        byte[] inline = {1, 2, 3, 4, 5};
        Struct event = new Struct(EVENT).put("image", image(inline, null));
        assertThat(row(EVENT, event)).containsExactly(null, SHA256, 5L, inline);
    }

    @Test
    void readsNullsOfAValueThatIsNull() {
        assertThat(row(EVENT, new Struct(EVENT))).containsExactly(null, null, null, null);
        assertThat(row(null, Map.of("other", 1))).containsExactly(null, null, null, null);
    }

    @Test
    void readsThePartsWithoutSchemas() {
        Map<String, Object> image = new HashMap<>();
        image.put("format", "io.millrace.payload.v1.bytes");
        image.put("inline", null);
        image.put("uri", "s3://shop/a");
        image.put("size", 5L);
        image.put("sha256", SHA256);
        assertThat(row(null, Map.of("image", image))).containsExactly("s3://shop/a", SHA256, 5L, null);
    }
}
