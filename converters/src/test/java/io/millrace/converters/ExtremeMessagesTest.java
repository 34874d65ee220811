package io.millrace.converters;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/**
 * JSON with extreme values: each message is read or refused as data, and costs no more than its size. The bound of the memory is
 * one of the time, too: digits that are written out, or counted, are allocated.
 */
class ExtremeMessagesTest {
    private static final int MESSAGES = 20_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<String> TYPES = List.of(
            "{'type':'int8'}",
            "{'type':'int32'}",
            "{'type':'int64'}",
            "{'type':'float'}",
            "{'type':'double'}",
            "{'type':'boolean'}",
            "{'type':'string'}",
            "{'type':'bytes'}",
            "{'type':'bytes','name':'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'2'}}",
            "{'type':'int64','name':'org.apache.kafka.connect.data.Timestamp'}",
            "{'type':'int32','name':'org.apache.kafka.connect.data.Date'}",
            "{'type':'array','items':{'type':'string'}}",
            "{'type':'map','keys':{'type':'string'},'values':{'type':'double'}}");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-0.0",
            "1e999999999",
            "-1e-999999999",
            "1e99999999999",
            "9".repeat(900),
            "9".repeat(100_000),
            "0." + "1".repeat(900),
            "9223372036854775808",
            "''",
            "'\\ud83d'",
            "'" + "A".repeat(200_000) + "'",
            "[" + "1,".repeat(20_000) + "1]",
            "[".repeat(900) + "]".repeat(900),
            "[".repeat(100_000),
            "{'a':".repeat(900) + "1" + "}".repeat(900),
            "{'a':1e999999999}",
            "{'" + "n".repeat(60_000) + "':1}");

    private final long seed = Long.getLong("millrace.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private byte[] message(boolean schemas) {
        String type = pick(TYPES);
        String schema = random.nextBoolean() ? type : type.substring(0, type.length() - 1) + ",'optional':true}";
        String value = pick(VALUES);
        String payload = random.nextBoolean() ? value : "{'v':" + value + ",'more':" + pick(VALUES) + "}";
        String struct = "{'type':'struct','fields':[{'field':'v'," + schema.substring(1, schema.length() - 1) + "}]}";
        String text = !schemas
                ? payload
                : "{'schema':" + (random.nextBoolean() ? schema : struct) + ",'payload':" + payload + "}";
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void costNoMoreThanTheirSize() {
        System.out.println("ExtremeMessagesTest: -Dmillrace.seed=" + seed);
        Map<String, Integer> answers = new HashMap<>();
        for (boolean schemas : new boolean[] {true, false}) {
            StreamingJsonConverter converter = new StreamingJsonConverter();
            converter.configure(Map.of("schemas.enable", schemas), false);
            for (int i = 0; i < MESSAGES / 2; i++) {
                byte[] message = message(schemas);
                long before = THREADS.getCurrentThreadAllocatedBytes();
                String answer;
                try {
                    converter.toConnectData("shop.orders", message);
                    answer = "read";
                } catch (DataException e) {
                    answer = "refused";
                }
                assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                        .as("message %s, seed %s", i, seed)
                        .isLessThan(MAX_ALLOCATED);
                answers.merge(answer, 1, Integer::sum);
            }
        }
        assertThat(answers.get("read")).isGreaterThan(500);
        assertThat(answers.get("refused")).isGreaterThan(500);
    }
}
