package io.millrace.connectors.projection.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import io.millrace.expressions.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class RecordFilterTest {
    private final View view = Views.of("orders", 1, 0, "id", "status");
    private final RecordFilter filter = new RecordFilter(
            new ProjectionBasics(
                    "orders",
                    "upsert",
                    Set.of("orders"),
                    TableName.parse("orders"),
                    Optional.of(condition("value.after.region == 'EU'")),
                    Optional.of(condition("value.op == 't'")),
                    List.of(),
                    false,
                    new UnavailableValue("")),
            new Deletions(Optional.of(condition("value.op == 'd'")), Deletions.Tombstones.DELETE, true),
            List.of(),
            view);

    /** Neither when nor delete.when can be evaluated for a record without a row. */
    @Test
    void emptiesTheViewWhateverTheOtherConditionsAre() {
        assertThat(judge("orders", Map.of("op", "t"))).isEqualTo(RecordFilter.Verdict.TRUNCATE);
        assertThat(judge("sites", Map.of("op", "t"))).isEqualTo(RecordFilter.Verdict.IGNORE);
        assertThat(judge("orders", null)).isEqualTo(RecordFilter.Verdict.DELETE);
    }

    @Test
    void judgesOtherRecordsByTheirConditions() {
        assertThat(judge("orders", Map.of("op", "c", "after", Map.of("region", "EU"))))
                .isEqualTo(RecordFilter.Verdict.WRITE);
        assertThat(judge("orders", Map.of("op", "d", "after", Map.of("region", "EU"))))
                .isEqualTo(RecordFilter.Verdict.DELETE);
        assertThat(judge("orders", Map.of("op", "u", "after", Map.of("region", "US"))))
                .as("unmatched")
                .isEqualTo(RecordFilter.Verdict.DELETE);
    }

    private RecordFilter.Verdict judge(String topic, Object value) {
        return filter.judge(new RecordScope().of(new SinkRecord(topic, 0, null, Map.of(), null, value, 7)));
    }

    private static Condition condition(String text) {
        return ProjectionCompilers.PLAIN.record().condition(text);
    }
}
