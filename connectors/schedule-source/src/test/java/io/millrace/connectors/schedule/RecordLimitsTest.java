package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.junit.jupiter.api.Test;

class RecordLimitsTest {
    private final Map<String, Integer> existing = new HashMap<>();

    private Map<String, String> objections(boolean creates) {
        return new RecordLimits("schedules", Optional.of("replies"), 100_000, creates).findObjections(topic -> {
            Integer limit = existing.get(topic);
            return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
        });
    }

    @Test
    void refusesTopicsThatAreTooSmall() {
        existing.putAll(Map.of("schedules", 116_384, "replies", 16_384));
        assertThat(objections(false)).isEmpty();
        existing.putAll(Map.of("schedules", 116_383, "replies", 16_383));
        assertThat(objections(false))
                .hasEntrySatisfying("max.schedule.bytes", text -> assertThat(text)
                        .contains("max.message.bytes of schedules", "found 100000 and 116383"))
                .hasEntrySatisfying("replies.topic", text -> assertThat(text).contains("at least 16384, found 16383"));
    }

    @Test
    void requiresARepliesTopicUnlessConnectCreatesIt() {
        assertThat(objections(true)).isEmpty();
        assertThat(objections(false)).containsOnlyKeys("replies.topic");
        assertThat(new RecordLimits("schedules", Optional.empty(), 100_000, false)
                        .findObjections(topic -> OptionalInt.empty()))
                .isEmpty();
    }

    @Test
    void refusesARepliesTopicThatCannotBeCreated() {
        RecordLimits limits = new RecordLimits("schedules", Optional.of("replies"), 100_000, true);
        assertThat(limits.findObjections(topic -> {
                    if (topic.equals("replies")) {
                        throw new InvalidTopicException("it collides");
                    }
                    return OptionalInt.empty();
                }))
                .containsEntry("replies.topic", "expected a topic that can be used, found replies: it collides");
    }
}
