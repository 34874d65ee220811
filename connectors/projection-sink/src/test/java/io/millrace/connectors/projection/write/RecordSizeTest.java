package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class RecordSizeTest {
    private static final String TEXT = "x".repeat(500_000);

    @Test
    void countsTheValueAndTheBytesThatWereConsumed() {
        assertThat(RecordSize.of(record(Map.of("id", 1L), Map.of("document", TEXT))))
                .isBetween(1_000_000L, 1_010_000L);
        assertThat(RecordSize.of(record("k", TEXT.getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isBetween(1_000_000L, 1_200_000L);
        assertThat(RecordSize.of(record(TEXT, null))).isBetween(1_000_000L, 1_010_000L);
        assertThat(RecordSize.of(ByteBuffer.allocate(500_000))).isBetween(1_000_000L, 1_200_000L);
    }

    @Test
    void countsHeaders() {
        SinkRecord record = record("k", "v");
        record.headers().addString("note", TEXT);

        assertThat(RecordSize.of(record)).isBetween(1_000_000L, 1_010_000L);
    }

    @Test
    void countsTwoBytesForCharactersOutsideLatin1AndThreeOfUtf8() {
        assertThat(RecordSize.of("漢".repeat(1_000))).isBetween(5_000L, 5_100L);
    }

    @Test
    void countsWhatIsNested() {
        List<Map<String, Object>> items = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(i -> items.add(Map.of("id", (long) i, "qty", BigDecimal.valueOf(i))));
        Schema item = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Schema order = SchemaBuilder.struct()
                .field("items", SchemaBuilder.array(item).build())
                .build();
        Struct struct = new Struct(order)
                .put("items", List.of(new Struct(item).put("id", 1L).put("note", TEXT)));

        assertThat(RecordSize.of(Map.of("items", items))).isBetween(200_000L, 400_000L);
        assertThat(RecordSize.of(struct)).isBetween(1_000_000L, 1_010_000L);
        assertThat(RecordSize.of((Object) null)).isZero();
    }

    /** The estimate must not be far below what the heap really has. */
    @Test
    void isNotFarFromTheHeap() {
        List<Object> kept = new ArrayList<>();
        long before = usedHeap();
        long counted = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Map<String, Object>> items = new ArrayList<>();
            for (int j = 0; j < 5; j++) {
                Map<String, Object> item = new java.util.LinkedHashMap<>();
                item.put("id", 1_000L + i + j);
                item.put("name", "item " + i);
                items.add(item);
            }
            counted += RecordSize.of(items);
            kept.add(items);
        }

        long used = usedHeap() - before;
        assertThat(kept).hasSize(20_000);
        assertThat((double) counted / used).isBetween(0.6, 2.0);
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    private static SinkRecord record(Object key, Object value) {
        return new SinkRecord("events", 0, null, key, null, value, 0);
    }
}
