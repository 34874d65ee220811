package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.ChangeReader;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RefusedValueLogTest {
    private final RefusedValueLog refused = new RefusedValueLog();
    private final CommentSource source = new CommentSource(
            new ContextPairs(Map.of("requestId", "rid"), PlusSign.PLUS, new ValueLimit(4), refused, "the SQL comment"),
            SqlMode.DEFAULT);

    @Test
    void countsWhatWasNotTaken() {
        assertThat(read("UPDATE t SET a=1 /*rid='12345'*/")).isEmpty();
        assertThat(refused.countOf("requestId")).isEqualTo(1);
        assertThat(read("UPDATE t SET a=1 /*rid='1',rid='2'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /*rid='%zz'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /*rid='1',x='" + "y".repeat(CommentSource.LONGEST_COMMENT) + "'*/"))
                .isEmpty();
        assertThat(refused.countOf("requestId")).isEqualTo(4);
    }

    @Test
    void doesNotCountWhatIsAbsent() {
        assertThat(read("UPDATE t SET a=1 /*requestId='12345'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /* fix me */")).isEmpty();
        assertThat(refused.countOf("requestId")).isZero();
    }

    private Optional<String> read(String sql) {
        SourceRecord record = RowChanges.update(sql);
        ChangeReader change = new ChangeReader();
        assertThat(change.read(record.value())).isTrue();
        return source.find("requestId", record, change);
    }
}
