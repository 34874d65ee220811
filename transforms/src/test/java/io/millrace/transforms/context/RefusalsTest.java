package io.millrace.transforms.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();
    private final CommentSource source =
            new CommentSource(Map.of("requestId", "rid"), SqlMode.DEFAULT, new ValueLimit(4), refusals);

    @Test
    void countsWhatWasNotTaken() {
        assertThat(read("UPDATE t SET a=1 /*rid='12345'*/")).isEmpty();
        assertThat(refusals.count("requestId")).isEqualTo(1);
        assertThat(read("UPDATE t SET a=1 /*rid='1',rid='2'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /*rid='%zz'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /*rid='1',x='" + "y".repeat(CommentSource.LONGEST_COMMENT) + "'*/"))
                .isEmpty();
        assertThat(refusals.count("requestId")).isEqualTo(4);
    }

    @Test
    void doesNotCountWhatIsAbsent() {
        assertThat(read("UPDATE t SET a=1 /*requestId='12345'*/")).isEmpty();
        assertThat(read("UPDATE t SET a=1 /* fix me */")).isEmpty();
        assertThat(refusals.count("requestId")).isZero();
    }

    private Optional<String> read(String sql) {
        SourceRecord record = RowChanges.update(sql);
        return source.value("requestId", record, Envelope.of(record).orElseThrow());
    }
}
