package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VisitTallyTest {
    private static final TopicPartition PARTITION = new TopicPartition(VisitService.TOPIC, 0);
    private static final RecordMetadata IN_KAFKA = new RecordMetadata(PARTITION, 7, 0, 0, 0, 0);
    private static final RecordMetadata IN_THE_SPOOL = new RecordMetadata(PARTITION, -1, 0, 0, 0, 0);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final VisitTally tally = new VisitTally();

    @BeforeEach
    void recordThreeVisits() {
        for (String id : new String[] {"1", "2", "3"}) {
            tally.called(visit(id));
        }
        tally.answered(visit("1"), IN_KAFKA, null, 4 * MILLI);
        tally.answered(visit("2"), IN_THE_SPOOL, null, 3_100 * MILLI);
    }

    @Test
    void isRightIfEveryAcknowledgedVisitIsThereOnce() {
        tally.answered(visit("3"), IN_THE_SPOOL, new TimeoutException("both are away"), MILLI);
        tally.found("1", "ada");
        tally.found("another run's", "ada");
        tally.found("2", "ada");

        assertThat(tally.isRight()).isTrue();
        assertThat(tally.answers())
                .isEqualTo("the callers of 3 visits were told: in Kafka 1, in the spool 1, in neither 1;"
                        + " the slowest answer came after 3100 ms");
        assertThat(tally.comparison())
                .isEqualTo("Kafka has 2 of them; acknowledged and lost 0, repeated 0, overtaken 0");
    }

    @Test
    void countsWhatWasAcknowledgedAndIsNotThere() {
        tally.found("1", "ada");

        assertThat(tally.isRight()).isFalse();
        assertThat(tally.comparison()).contains("lost 1, repeated 0, overtaken 0");
    }

    @Test
    void countsWhatIsThereTwice() {
        tally.found("1", "ada");
        tally.found("2", "ada");
        tally.found("1", "ada");

        assertThat(tally.isRight()).isFalse();
        assertThat(tally.comparison()).contains("lost 0, repeated 1, overtaken 0");
    }

    @Test
    void countsWhatIsBehindALaterVisitOfItsUser() {
        tally.found("2", "ada");
        tally.found("1", "ada");

        assertThat(tally.isRight()).isFalse();
        assertThat(tally.comparison()).contains("lost 0, repeated 0, overtaken 1");
    }

    private static Visit visit(String id) {
        return new Visit(id, "ada", "/pages/1");
    }
}
