package io.millrace.clients.spooling;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The offsets that a producer had answers for. */
class AttemptTest {
    private static void acknowledge(Attempt attempt, int partition, long offset) {
        attempt.acknowledge(new RecordMetadata(new TopicPartition("t", partition), offset, 0, 1, 1, 1));
    }

    @Test
    void hasTheOffsetOfTheLastAnswerAlsoOfATopicThatWasMadeAgain() {
        Attempt former = new Attempt(new MockProducer<>());
        acknowledge(former, 1, 100);
        Attempt attempt = new Attempt(new MockProducer<>());
        attempt.follow(former);
        assertThat(attempt.floor("t", 1)).isEqualTo(100);
        acknowledge(attempt, 1, 3);
        assertThat(attempt.floor("t", 1)).isEqualTo(3);
        assertThat(attempt.floor("t", 0)).isEqualTo(-1);
        assertThat(former.floor("t", 1)).isEqualTo(100);
    }
}
