package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.payloads.connect.PayloadSchema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows with extreme values: each record is mapped or refused as data, and costs no more than its size. The bound of the memory is
 * one of the time, too: digits that are written out, or counted, are allocated.
 */
class ExtremeValuesTest {
    private static final int RECORDS = 20_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<BigDecimal> DECIMALS = List.of(
            new BigDecimal("0"),
            new BigDecimal("19.90"),
            new BigDecimal("1e30"),
            new BigDecimal("1e999999999"),
            new BigDecimal("-1e-999999999"),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.ONE.shiftLeft(4_000_000), 2),
            new BigDecimal(BigInteger.ONE.shiftLeft(4_000_000).negate(), -5));
    private static final List<String> TEXTS = List.of(
            "",
            "PAID",
            "9".repeat(500_000),
            "1e999999999",
            "{\"price\":1e999999999}",
            "{\"price\":0." + "9".repeat(900) + "}",
            "[".repeat(100_000),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900),
            "a\ud83d",
            "/*".repeat(20_000),
            "\\'".repeat(20_000));
    private static final List<Long> NUMBERS = Arrays.asList(0L, 7L, Long.MIN_VALUE, Long.MAX_VALUE, null);
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Decimal.builder(0).optional().build())
            .field("status", Schema.OPTIONAL_STRING_SCHEMA)
            .field("total", Decimal.builder(2).optional().build())
            .field("document", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "at",
                    SchemaBuilder.int64()
                            .name("io.debezium.time.MicroTimestamp")
                            .optional()
                            .build())
            .field("n", Schema.OPTIONAL_INT64_SCHEMA)
            .field("d", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("version", Decimal.builder(0).optional().build())
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .field("before", ROW)
            .field("after", ROW)
            .field("source", Changes.SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();
    private static final Map<String, String> RULES = Map.of(
            "table.1",
            "shop.orders; key: id; topic: orders; revision: row.version",
            "rule.1",
            "Big; table: shop.orders; on: update; when: after.total > before.total && after.n + 1 > 0;"
                    + " fields: id, total: decimal(2)? = row.total, at: timestamp? = row.at",
            "rule.2",
            "Matched; table: shop.orders; on: update; when: after.status.matches('9+') || after.d > 1e300;"
                    + " fields: total, x: float64? = row.total, hash = sha256(row.status)",
            "rule.3",
            "Read; table: shop.orders; on: create, update, read; fields: price: decimal(2)? = json(row.document).price,"
                    + " n: int32? = row.n, old = before.total, day: date? = row.at",
            "rule.4",
            "Gone; table: shop.orders; on: delete; fields: id, masked = mask(row.status, 4)");

    private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Struct row() {
        return new Struct(ROW)
                .put("id", random.nextInt(5) == 0 ? null : pick(DECIMALS))
                .put("status", random.nextInt(5) == 0 ? null : pick(TEXTS))
                .put("total", random.nextInt(5) == 0 ? null : pick(DECIMALS))
                .put("document", random.nextInt(5) == 0 ? null : pick(TEXTS))
                .put("at", pick(NUMBERS))
                .put("n", pick(NUMBERS))
                .put("d", pick(List.of(0.0, -0.0, Double.NaN, Double.MAX_VALUE, Double.NEGATIVE_INFINITY)))
                .put("version", random.nextBoolean() ? BigDecimal.ONE : pick(DECIMALS));
    }

    private SourceRecord change() {
        String operation = pick(List.of("c", "u", "u", "d", "r"));
        Struct source = new Struct(Changes.SOURCE)
                .put("name", "shop")
                .put("ts_ms", 1_700_000_000_123L)
                .put("snapshot", "r".equals(operation) ? "true" : "false")
                .put("db", "shop")
                .put("table", "orders")
                .put("query", pick(TEXTS));
        Struct value = new Struct(ENVELOPE)
                .put("before", "u".equals(operation) || "d".equals(operation) ? row() : null)
                .put("after", "d".equals(operation) ? null : row())
                .put("source", source)
                .put("op", operation);
        SourceRecord change = new SourceRecord(
                Map.of("server", "shop"), Changes.offset(3, 1), "shop.shop.orders", null, null, null, ENVELOPE, value);
        return random.nextInt(3) == 0 ? Schemaless.of(change) : change;
    }

    @Test
    void costNoMoreThanTheirSize(@TempDir Path folder) {
        System.out.println("ExtremeValuesTest: -Dmillrace.seed=" + seed);
        InjectContext<SourceRecord> context = new InjectContext<>();
        context.configure(Map.of(
                "keys", "requestId,userId",
                "sources", "comment,column",
                "column.names", "userId=total,requestId=status"));
        ToOfficialEvent<SourceRecord> event = new ToOfficialEvent<>();
        event.configure(RULES);
        ClaimCheck<SourceRecord> claim = new ClaimCheck<>();
        claim.configure(Map.of(
                "payload.store", folder.toUri().toString(),
                "fields", "after.status,after.document",
                "payload.threshold.bytes", "100000"));
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < RECORDS; i++) {
            SourceRecord change = change();
            answers.merge(answer(context, change, i), 1, Integer::sum);
            answers.merge(answer(event, change, i), 1, Integer::sum);
            // Writes files, which takes its time.
            if (i % 100 == 0) {
                answers.merge(answer(claim, change, i), 1, Integer::sum);
            }
        }
        claim.close();
        assertThat(answers).containsOnlyKeys("mapped", "refused").allSatisfy((answer, count) -> assertThat(count)
                .isGreaterThan(100));
    }

    private static final Schema PAYLOAD = PayloadSchema.of("Extreme_image", Schema.OPTIONAL_BYTES_SCHEMA);
    private static final Schema PAYLOADS = SchemaBuilder.struct()
            .field("image", PAYLOAD)
            .field("images", SchemaBuilder.array(PAYLOAD).optional().build())
            .build();

    /** A payload with parts that are right, wrong, or extreme. */
    private Map<String, Object> payload() {
        String sha256 = "0".repeat(64);
        Map<String, Object> payload = new HashMap<>();
        payload.put("format", pick(List.of("io.millrace.payload.v1.bytes", "io.millrace.payload.v1.string", "v9")));
        payload.put("inline", random.nextInt(3) > 0 ? null : new byte[random.nextInt(100_000)]);
        payload.put(
                "uri",
                pick(Arrays.asList(
                        null,
                        "file:/nowhere/t/2026-01-01/" + sha256,
                        "file:" + "/..".repeat(20_000),
                        "s3://" + "b".repeat(100_000),
                        "kafka:t/0/0-999999999999999999")));
        payload.put("size", pick(List.of(0L, 1L, 60_000_000L, Long.MAX_VALUE, Long.MIN_VALUE)));
        payload.put("sha256", pick(List.of(sha256, "", "f".repeat(200_000))));
        payload.put("codec", pick(Arrays.asList(null, "none", "zstd", "z".repeat(50_000))));
        payload.put("contentType", pick(Arrays.asList(null, "image/png", "a".repeat(100_000))));
        return payload;
    }

    private Struct payloadStruct() {
        Struct struct = new Struct(PAYLOAD);
        payload().forEach(struct::put);
        return struct;
    }

    private SinkRecord payloads() {
        boolean many = random.nextInt(10) == 0;
        if (random.nextBoolean()) {
            Struct value = new Struct(PAYLOADS).put("image", random.nextInt(10) == 0 ? null : payloadStruct());
            value.put("images", many ? Collections.nCopies(20, payloadStruct()) : null);
            return new SinkRecord("t", 0, null, null, PAYLOADS, value, 1);
        }
        Map<String, Object> value = new HashMap<>();
        Map<String, Object> map = payload();
        if (random.nextInt(4) == 0) {
            map.remove(pick(List.copyOf(map.keySet())));
        }
        value.put("image", map);
        value.put("images", many ? Collections.nCopies(20, map) : pick(TEXTS));
        return new SinkRecord("t", 0, null, null, null, value, 1);
    }

    @Test
    void payloadsCostNoMoreThanTheirSize(@TempDir Path folder) {
        System.out.println("ExtremeValuesTest: -Dmillrace.seed=" + seed);
        Map<String, Integer> answers = new HashMap<>();
        RestorePayload<SinkRecord> values = new RestorePayload<>();
        RestorePayload<SinkRecord> urls = new RestorePayload<>();
        values.configure(
                Map.of("payload.read.locations", "file:" + folder + ",file:/nowhere", "payload.retry.timeout.ms", "0"));
        urls.configure(Map.of(
                "payload.read.locations", "file:/nowhere,s3://" + "b".repeat(60),
                "payload.s3.endpoint", "http://127.0.0.1:1",
                "payload.s3.access.key.id", "a",
                "payload.s3.secret.access.key", "b",
                "mode", "presigned-url"));
        for (int i = 0; i < RECORDS; i++) {
            SinkRecord record = payloads();
            answers.merge(answer(values, record, i), 1, Integer::sum);
            answers.merge(answer(urls, record, i), 1, Integer::sum);
        }
        values.close();
        urls.close();
        assertThat(answers).containsOnlyKeys("mapped", "refused").allSatisfy((answer, count) -> assertThat(count)
                .isGreaterThan(100));
    }

    @Test
    void keysOfTablesCostNoMoreThanTheirSize(@TempDir Path folder) throws IOException {
        System.out.println("ExtremeValuesTest: -Dmillrace.seed=" + seed);
        Path states = Files.writeString(
                folder.resolve("states"), "\"PAID\"\t{\"name\": \"paid\"}\n7\t{\"name\": \"seven\"}\n");
        Lookup<SourceRecord> lookup = new Lookup<>();
        lookup.configure(Map.of(
                "lookup.1",
                "states; topic: shop.states; fields: name: string",
                "tables.kafka.bootstrap.servers",
                "127.0.0.1:1",
                "tables.file.states",
                states.toString(),
                "fields",
                "by_text = lookup('states', value.status).name, by_number = lookup('states', value.n).name,"
                        + " by_double = lookup('states', value.d).name, by_decimal = lookup('states', value.total).name,"
                        + " by_several = lookup('states', [value.document, value.id]).name"));
        Map<String, Integer> answers = new HashMap<>();
        // Each record writes its texts as keys, which takes its time.
        for (int i = 0; i < RECORDS / 10; i++) {
            SourceRecord structured = new SourceRecord(Map.of(), Map.of(), "t", ROW, row());
            answers.merge(
                    answer(lookup, random.nextInt(3) == 0 ? Schemaless.of(structured) : structured, i),
                    1,
                    Integer::sum);
        }
        lookup.close();
        assertThat(answers).containsOnlyKeys("mapped", "refused").allSatisfy((answer, count) -> assertThat(count)
                .isGreaterThan(100));
    }

    private <R extends ConnectRecord<R>> String answer(Transformation<R> transform, R record, int number) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        String answer;
        try {
            answer = transform.apply(record) == null ? "dropped" : "mapped";
        } catch (DataException e) {
            assertThat(e.getMessage()).hasSizeLessThan(20_000);
            answer = "refused";
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("record %s of %s, seed %s", number, transform, seed)
                .isLessThan(MAX_ALLOCATED);
        return answer;
    }
}
