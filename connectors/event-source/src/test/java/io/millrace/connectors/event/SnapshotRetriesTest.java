package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class SnapshotRetriesTest {
    private static final Schema NOTIFICATION = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Notification")
            .field("aggregate_type", Schema.STRING_SCHEMA)
            .field("type", Schema.STRING_SCHEMA)
            .field("additional_data", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA))
            .build();

    private static final SourceRecord FAILED = incremental("TABLE_SCAN_COMPLETED", "SQL_EXCEPTION");
    private static final SourceRecord PROGRESS = incremental("IN_PROGRESS", null);
    private static final SourceRecord ABORTED =
            notification(SnapshotRetries.TOPIC, "Initial Snapshot", "ABORTED", null);

    private final AtomicLong clock = new AtomicLong();

    @Test
    void takesWhatIsBeforeAFailureAndWaitsLongerEachTime() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.FAIL, clock::get);
        SourceRecord change = record("orders");

        assertThat(retries.takeBeforeFailure(List.of(change, PROGRESS, FAILED, record("orders"))))
                .containsExactly(change);
        assertThat(retries.hasFailed()).isTrue();
        long first = retries.waitMs();
        assertThat(first).isBetween(500L, 1_000L);
        clock.addAndGet(first);
        assertThat(retries.waitMs()).isZero();
        retries.passRestart();
        assertThat(retries.hasFailed()).isFalse();
        retries.takeBeforeFailure(List.of(FAILED));
        assertThat(retries.waitMs()).isBetween(1_000L, 2_000L);
    }

    @Test
    void passesNotificationsThatTheUserAskedForAndNoOthers() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.FAIL, clock::get);
        SourceRecord asked = notification("told", "Incremental Snapshot", "STARTED", null);
        SourceRecord change = record("orders");

        assertThat(retries.takeBeforeFailure(List.of(asked, PROGRESS, change))).containsExactly(asked, change);
        assertThat(retries.hasFailed()).isFalse();
    }

    @Test
    void failsAfterTheLastAttemptAndNamesTheTableAndTheOption() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.FAIL, clock::get);
        failOften(retries, 5);

        assertThatThrownBy(() -> retries.takeBeforeFailure(List.of(FAILED)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("table shop.orders")
                .hasMessageContaining("6 times")
                .hasMessageContaining("events.on.snapshot.failure=skip");
    }

    @Test
    void beginsToCountAgainIfAChunkWasRead() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.FAIL, clock::get);
        failOften(retries, 5);
        retries.takeBeforeFailure(List.of(PROGRESS));
        failOften(retries, 5);

        assertThat(retries.hasFailed()).isFalse();
    }

    @Test
    void leavesTheTableOutIfTheUserChoseThat() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.SKIP, clock::get);
        failOften(retries, 5);
        SourceRecord change = record("orders");

        assertThat(retries.takeBeforeFailure(List.of(FAILED, change))).containsExactly(change);
        assertThat(retries.hasFailed()).isFalse();
    }

    @Test
    void failsIfARestartFailsTooOften() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.SKIP, clock::get);
        retries.takeBeforeFailure(List.of(FAILED));
        RuntimeException away = new ConnectException("away");
        for (int attempt = 2; attempt < 6; attempt++) {
            retries.failRestart(away);
            assertThat(retries.hasFailed()).isTrue();
        }

        assertThatThrownBy(() -> retries.failRestart(away))
                .hasMessageContaining("table shop.orders")
                .hasCause(away);
    }

    /** Debezium names the error of an initial snapshot behind this notification, and that of a blocking one only in its log. */
    @Test
    void failsIfABlockingSnapshotIsAborted() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.SKIP, clock::get);

        assertThat(retries.takeBeforeFailure(List.of(ABORTED, record("orders"))))
                .isEmpty();
        assertThat(retries.hasFailed()).isFalse();
        assertThat(retries.takeBeforeFailure(List.of(record("orders")))).isEmpty();
        clock.addAndGet(5_001);
        assertThatThrownBy(() -> retries.takeBeforeFailure(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("request the snapshot again");
    }

    @Test
    void forgetsAnAbortedSnapshotIfTheTaskStartsAgain() {
        SnapshotRetries retries = new SnapshotRetries(SnapshotFailurePolicy.FAIL, clock::get);
        retries.takeBeforeFailure(List.of(ABORTED));
        retries.passRestart();
        clock.addAndGet(5_001);
        SourceRecord change = record("orders");

        assertThat(retries.takeBeforeFailure(List.of(change))).containsExactly(change);
    }

    private static void failOften(SnapshotRetries retries, int times) {
        for (int attempt = 0; attempt < times; attempt++) {
            retries.takeBeforeFailure(List.of(FAILED));
            assertThat(retries.hasFailed()).isTrue();
            retries.passRestart();
        }
    }

    private static SourceRecord incremental(String type, String status) {
        return notification(SnapshotRetries.TOPIC, "Incremental Snapshot", type, status);
    }

    private static SourceRecord notification(String topic, String kind, String type, String status) {
        Map<String, String> data = new HashMap<>(Map.of("scanned_collection", "shop.orders"));
        if (status != null) {
            data.put("status", status);
        }
        Struct value = new Struct(NOTIFICATION)
                .put("aggregate_type", kind)
                .put("type", type)
                .put("additional_data", data);
        return new SourceRecord(Map.of(), Map.of(), topic, NOTIFICATION, value);
    }

    private static SourceRecord record(String topic) {
        return new SourceRecord(Map.of(), Map.of(), topic, null, "a change");
    }
}
