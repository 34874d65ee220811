package io.millrace.converters;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values and messages with extreme contents: each is converted or refused as data, and costs no more than its size. The bound of the
 * memory is one of the time, too.
 */
class ExtremeValuesTest {
    private static final int RECORDS = 20_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String SHA256 = "0".repeat(64);
    private static final String HUGE = "999999999999999999";
    private static final List<BigDecimal> DECIMALS = List.of(
            new BigDecimal("19.90"),
            new BigDecimal("1e999999999"),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE.shiftLeft(4_000_000), 2));
    private static final List<String> TEXTS = Arrays.asList(
            "",
            null,
            "a\ud83d",
            "9".repeat(500_000),
            "[".repeat(100_000),
            "{\"millrace.payload.v1\":{\"size\":" + HUGE + "}}",
            "\u0000".repeat(10_000));
    private static final Schema SCHEMA = SchemaBuilder.struct()
            .optional()
            .field("text", Schema.OPTIONAL_STRING_SCHEMA)
            .field("price", Decimal.builder(2).optional().build())
            .field("number", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("bytes", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();
    private static final List<String> BODIES = Arrays.asList(
            null,
            "",
            "{}",
            "{\"millrace.payload.v1\"",
            "{\"millrace.payload.v1\":" + "[".repeat(100_000),
            placeholder(HUGE),
            placeholder("10"),
            placeholder("0"),
            placeholder("9".repeat(1_000)),
            "1e999999999",
            "[".repeat(100_000),
            "\"" + "x".repeat(500_000) + "\"");
    private static final List<String> REFERENCES = Arrays.asList(
            null,
            "",
            reference(HUGE, "none"),
            reference("9223372036854775807", "zstd"),
            reference("10", "none"),
            reference("0", "gzip"),
            reference("10", "snappy"),
            "millrace-payload/1;".repeat(20_000),
            "millrace-payload/1;size=" + "9".repeat(100_000));

    private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private static String placeholder(String size) {
        return "{\"millrace.payload.v1\":{\"size\":" + size + ",\"sha256\":\"" + SHA256 + "\"}}";
    }

    private static String reference(String size, String codec) {
        return "millrace-payload/1;size=" + size + ";sha256=" + SHA256 + ";codec=" + codec
                + ";uri=file:/nowhere/t/2026-01-01/" + SHA256;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Struct value() {
        return new Struct(SCHEMA)
                .put("text", random.nextInt(5) == 0 ? pick(TEXTS) : "PAID")
                .put("price", random.nextInt(20) == 0 ? pick(DECIMALS) : null)
                .put("number", pick(Arrays.asList(null, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE)))
                .put("bytes", random.nextInt(50) == 0 ? new byte[random.nextInt(1_000_000)] : null);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void costNoMoreThanTheirSize(@TempDir Path folder) throws Exception {
        System.out.println("ExtremeValuesTest: -Dmillrace.seed=" + seed);
        Map<String, Integer> answers = new HashMap<>();
        try (ClaimCheckConverter converter = new ClaimCheckConverter()) {
            converter.configure(
                    Map.of(
                            "claim-check.converter", "org.apache.kafka.connect.json.JsonConverter",
                            "claim-check.converter.schemas.enable", "false",
                            "payload.store", "file:" + folder,
                            "payload.retry.timeout.ms", "200",
                            "payload.max.bytes", "3000000"),
                    false);
            for (int i = 0; i < RECORDS; i++) {
                answers.merge("wrote " + write(converter, i), 1, Integer::sum);
                answers.merge("read " + read(converter, i), 1, Integer::sum);
            }
        }
        assertThat(answers).containsKeys("wrote converted", "read converted", "read refused");
        assertThat(answers.keySet()).isSubsetOf("wrote converted", "wrote refused", "read converted", "read refused");
    }

    private String write(ClaimCheckConverter converter, int number) {
        Headers headers = new RecordHeaders();
        Struct value = random.nextInt(10) == 0 ? null : value();
        return answer(number, () -> {
            byte[] body = converter.fromConnectData("t", headers, SCHEMA, value);
            assertThat(converter.toConnectData("t", headers, body)).isNotNull();
        });
    }

    private String read(ClaimCheckConverter converter, int number) {
        Headers headers = new RecordHeaders();
        String reference = pick(REFERENCES);
        if (random.nextInt(10) > 0) {
            headers.add("millrace.payload", bytes(reference));
        }
        byte[] body = bytes(pick(BODIES));
        return answer(number, () -> converter.toConnectData("t", headers, body));
    }

    private String answer(int number, Runnable conversion) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        String answer;
        try {
            conversion.run();
            answer = "converted";
        } catch (DataException e) {
            assertThat(e.getMessage()).hasSizeLessThan(20_000);
            answer = "refused";
        } catch (ConnectException e) {
            answer = "failed: " + e;
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("record %s, seed %s", number, seed)
                .isLessThan(MAX_ALLOCATED);
        return answer;
    }
}
