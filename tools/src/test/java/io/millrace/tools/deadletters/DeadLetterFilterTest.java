package io.millrace.tools.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.tools.CommandRun;
import io.millrace.tools.input.Arguments;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterFilterTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private static ConsumerRecord<byte[], byte[]> record(Instant time, byte[] value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return new ConsumerRecord<>(
                "views.dlq",
                2,
                17,
                time.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                "{\"id\":1}".getBytes(StandardCharsets.UTF_8),
                value,
                all,
                Optional.empty());
    }

    private static DeadLetter letter(String... headers) {
        return DeadLetter.of(record(NOW, new byte[] {(byte) 0xff}, headers));
    }

    private static DeadLetterFilter filter(String... words) {
        return DeadLetterFilter.of(
                Arguments.parse(List.of(words), new HashSet<>(DeadLetterFilter.OPTIONS), new HashSet<>()), NOW);
    }

    @Test
    void filtersByReasonConnectorTimeAndRecord() {
        DeadLetter letter = DeadLetter.of(record(
                NOW.minusSeconds(3600),
                new byte[0],
                "__connect.errors.connector.name",
                "views",
                "millrace.error.reason",
                "a-0@1: Total does not fit"));

        assertThat(filter().matches(letter)).isTrue();
        assertThat(filter("--reason", "TOTAL").matches(letter)).isTrue();
        assertThat(filter("--reason", "status").matches(letter)).isFalse();
        assertThat(filter("--connector", "views").matches(letter)).isTrue();
        assertThat(filter("--connector", "view").matches(letter)).isFalse();
        assertThat(filter("--since", "61m").matches(letter)).isTrue();
        assertThat(filter("--since", "59m").matches(letter)).isFalse();
        assertThat(filter("--until", "2026-11-28T11:00:01Z").matches(letter)).isTrue();
        assertThat(filter("--until", "2026-11-28T11:00:00Z").matches(letter)).isFalse();
        assertThat(filter("--record", "2@17").matches(letter)).isTrue();
        assertThat(filter("--record", "2@18").matches(letter)).isFalse();
        assertThat(filter("--where", "error.contains('fit') && age == 3600 && connector == 'views'")
                        .matches(letter))
                .isTrue();
        assertThat(filter("--where", "age < 3600").matches(letter)).isFalse();
    }

    @Test
    void countsByConnectorAndReason() {
        ReasonCount.Tally tally = new ReasonCount.Tally();
        tally.add(letter("millrace.error.reason", "a-0@1: rare"));
        tally.add(letter("millrace.error.reason", "a-0@2: frequent"));
        tally.add(DeadLetter.of(record(NOW.minusSeconds(9), new byte[0], "millrace.error.reason", "a-0@3: frequent")));

        assertThat(tally.counts())
                .containsExactly(
                        new ReasonCount("", "frequent", 2, NOW.minusSeconds(9).toEpochMilli(), NOW.toEpochMilli()),
                        new ReasonCount("", "rare", 1, NOW.toEpochMilli(), NOW.toEpochMilli()));
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThat(CommandRun.of("redrive").err())
                .contains("expected one of [list, park, plan, resolve, run, show, stats]");
        assertThat(CommandRun.of("redrive", "lst", "--topic", "x").err()).contains("found [lst]");
        assertThat(CommandRun.of("redrive", "list", "--topic", "x").err()).contains("--bootstrap-servers is missing");
        CommandRun time = CommandRun.of("redrive", "list", "--topic", "x", "--since", "yesterday");
        assertThat(time.exitCode()).isEqualTo(2);
        assertThat(time.err()).contains("--since: expected a time such as", "found 'yesterday'");
        assertThat(CommandRun.of("redrive", "show", "--topic", "x", "--record", "17")
                        .err())
                .contains("expected PARTITION@OFFSET");
        assertThat(CommandRun.of("redrive", "list", "--topic", "x", "--where", "size(error")
                        .err())
                .contains("--where: \"size(error\", line 1");
        assertThat(CommandRun.of("redrive", "plan", "--topic", "x").err()).contains("--plan is missing");
        assertThat(CommandRun.of("redrive", "plan", "--topic", "x", "--plan", "y", "--target", "a topic")
                        .err())
                .contains("--target: expected retry, original, or the name of a topic, found 'a topic'");
        assertThat(CommandRun.of("redrive", "run", "--topic", "x").err()).contains("unknown option --topic here");
        assertThat(CommandRun.of("redrive", "resolve", "--config", CommandRun.SHOP, "orders@1")
                        .err())
                .contains("expected the origin of a record, TOPIC-PARTITION@OFFSET, found 'orders@1'");
    }
}
