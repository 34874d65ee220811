package io.millrace.benchmarks.claimcheck;

import io.millrace.payloads.connect.PayloadSchema;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Records of a source with one large field. */
final class ImageRecord {
    static final String FIELD = "image";

    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("Product")
            .field("id", Schema.INT64_SCHEMA)
            .field(FIELD, Schema.BYTES_SCHEMA)
            .build();

    private ImageRecord() {}

    static SourceRecord of(String topic, byte[] payload) {
        long number = TestPayloads.number(payload);
        Struct value = new Struct(SCHEMA).put("id", number).put(FIELD, payload);
        return new SourceRecord(
                Map.of("source", "memory"),
                Map.of("number", number),
                topic,
                null,
                Schema.INT64_SCHEMA,
                number,
                SCHEMA,
                value);
    }

    /** A contender that stored nothing would be the fastest. */
    static void requireStored(SourceRecord record) {
        Struct image = ((Struct) record.value()).getStruct(FIELD);
        if (image.getString(PayloadSchema.URI) == null) {
            throw new IllegalStateException("A payload was not stored");
        }
    }
}
