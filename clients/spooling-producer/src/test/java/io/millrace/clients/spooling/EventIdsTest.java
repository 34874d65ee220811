package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdsTest {
    private static final long TIME_MS = 1_796_060_246_020L;

    private final EventIds ids = new EventIds(new SecureRandom());

    @Test
    void writesTheTextOfAUuidOfVersion7() {
        for (int i = 0; i < 1_000; i++) {
            String text = new String(ids.next(TIME_MS + i), US_ASCII);
            UUID id = UUID.fromString(text);
            assertThat(id).hasToString(text);
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(TIME_MS + i);
        }
    }

    @Test
    void makesAnotherIdEachTime() {
        assertThat(ids.nextId(TIME_MS)).isNotEqualTo(ids.nextId(TIME_MS));
    }
}
