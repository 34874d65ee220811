package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.IdentityRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class MessagesFirstTest {
    private final SourceRecord earlier = record();
    private final SourceRecord message = record();
    private final SourceRecord state = record();

    @Test
    void sendsStateWhenEachMessageOfItsBatchIsAcknowledged() throws InterruptedException {
        MessagesFirst order = new MessagesFirst();
        assertThat(order.hold(List.of(earlier), List.of())).containsExactly(earlier);
        assertThat(order.isHolding()).isFalse();

        assertThat(order.hold(List.of(message), List.of(state))).containsExactly(message);
        assertThat(order.isHolding()).isTrue();
        // Another batch's record, which was sent before.
        order.remove(earlier);
        assertThat(order.release(Duration.ofMillis(1))).isEmpty();
        order.remove(message);
        assertThat(order.release(Duration.ofMillis(1))).containsExactly(state);
        assertThat(order.isHolding()).isFalse();
    }

    private static SourceRecord record() {
        return IdentityRecord.of(new SourceRecord(Map.of(), Map.of(), "t", null, null, null));
    }
}
