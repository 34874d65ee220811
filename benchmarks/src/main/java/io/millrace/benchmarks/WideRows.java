package io.millrace.benchmarks;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Rows of 30 columns: integers, texts, decimals and times in microseconds in turn, of which half may be null, but are not. */
final class WideRows {
    private static final int COLUMNS = 30;
    private static final int SEED = 17;

    private WideRows() {}

    /** So many records with the id as their key and the row as their value. */
    static SourceRecord[] records(int count) {
        Schema keySchema = SchemaBuilder.struct()
                .name("shop.wide.Key")
                .field("id", Schema.INT64_SCHEMA)
                .build();
        Schema valueSchema = valueSchema();
        Random random = new Random(SEED);
        SourceRecord[] records = new SourceRecord[count];
        for (int i = 0; i < count; i++) {
            Struct row = new Struct(valueSchema);
            for (Field field : valueSchema.fields()) {
                row.put(field, value(field.index(), random));
            }
            Struct key = new Struct(keySchema).put("id", (long) i);
            records[i] = new SourceRecord(Map.of(), Map.of(), "shop.wide", keySchema, key, valueSchema, row);
        }
        return records;
    }

    private static Schema valueSchema() {
        SchemaBuilder row = SchemaBuilder.struct().name("shop.wide.Value");
        for (int i = 0; i < COLUMNS; i++) {
            SchemaBuilder column =
                    switch (i % 4) {
                        case 0 -> SchemaBuilder.int64();
                        case 1 -> SchemaBuilder.string();
                        case 2 -> Decimal.builder(2);
                        default ->
                            SchemaBuilder.int64()
                                    .name("io.debezium.time.MicroTimestamp")
                                    .version(1);
                    };
            row.field("column_" + i, (i < COLUMNS / 2 ? column : column.optional()).build());
        }
        return row.build();
    }

    private static Object value(int column, Random random) {
        return switch (column % 4) {
            case 0 -> (long) random.nextInt(10_000_000);
            case 1 -> "the note of row " + random.nextInt(10_000_000);
            case 2 -> new BigDecimal(BigInteger.valueOf(random.nextInt(100_000_000)), 2);
            default -> 1_795_000_000_000_000L + random.nextInt();
        };
    }
}
