package io.millrace.connectors.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.partitions.PartitionLog;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpooledRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of a log is read for records that may be in it. */
class AmbiguityCheckTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Incarnation WRITER = new Incarnation("w", "0".repeat(32));

    /** Each poll takes a second. */
    private final AtomicLong nanos = new AtomicLong();

    private final Log log = new Log();
    private final SpoolSourceMetrics metrics = new SpoolSourceMetrics("check", "0");
    private final AmbiguityCheck check = new AmbiguityCheck(
            () -> log,
            partitions -> Map.of(PARTITION, new PartitionLog("c", log.topicId, 0, log.end)),
            nanos::get,
            new BrokerWatch(nanos::get),
            1000,
            metrics);

    @AfterEach
    void close() {
        check.close();
        metrics.close();
    }

    /** A log whose records up to the last stable offset are read, {@link #AT_ONCE} in each poll. */
    private final class Log extends MockConsumer<byte[], byte[]> {
        private static final int AT_ONCE = 10;

        private final Map<Long, String> ids = new HashMap<>();
        private String topicId = "first";
        private long end;
        private long stable;

        private Runnable onPoll = () -> {};

        Log() {
            super("none");
        }

        void write(String id) {
            ids.put(end++, id);
        }

        /** Records that were aborted, which take offsets. */
        void abort(int records) {
            end += records;
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            onPoll.run();
            long from = position(PARTITION);
            long to = Math.min(stable, from + AT_ONCE);
            for (long offset = from; offset < to; offset++) {
                String id = ids.get(offset);
                if (id != null) {
                    addRecord(record(offset, id));
                }
            }
            var polled = super.poll(Duration.ZERO);
            seek(PARTITION, Math.max(from, to));
            return polled;
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            return Map.of(PARTITION, stable);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
            Map<TopicPartition, OffsetAndTimestamp> none = new HashMap<>();
            none.put(PARTITION, null);
            return none;
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String id) {
        return new ConsumerRecord<>(
                "t",
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders().add("ce_id", id.getBytes(UTF_8)),
                Optional.empty());
    }

    private static AmbiguityCheck.Candidate candidate(String id, long floor) {
        SpooledRecord record = new SpooledRecord(true, "t", 0, 1, 1, floor, id, null, null, List.of());
        return new AmbiguityCheck.Candidate(record, new SpoolObject(WRITER, 1, 0, 1, "ce_id", List.of(record)));
    }

    private Set<SpooledRecord> find(AmbiguityCheck.Candidate... candidates) {
        return check.findWritten(List.of(candidates));
    }

    @Test
    void waitsOnlyForTransactionsThatWereOpenAtTheFirstLook() {
        log.write("other");
        log.write("a");
        log.write("of an open transaction");
        log.stable = 1;
        AmbiguityCheck.Candidate sought = candidate("a", 0);
        assertThatThrownBy(() -> find(sought))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("a transaction is open");
        // That one has ended, and the next one is open: it began behind the end of the first look.
        log.stable = 3;
        log.write("of the next transaction");
        assertThat(find(sought)).containsExactly(sought.record());
        // A later object has an end of its own.
        assertThatThrownBy(() -> find(sought)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void takesThePresentEndOfATopicThatWasMadeAgain() {
        log.write("other");
        log.abort(5);
        log.stable = 1;
        AmbiguityCheck.Candidate sought = candidate("a", 0);
        assertThatThrownBy(() -> find(sought)).isInstanceOf(TimeoutException.class);
        log.topicId = "second";
        log.ids.clear();
        log.end = 0;
        log.write("other");
        log.write("a");
        log.stable = 2;
        assertThat(find(sought)).containsExactly(sought.record());
    }

    @Test
    void ignoresAnOffsetOfATopicThatWasLonger() {
        log.write("a");
        log.write("b");
        log.stable = 2;
        AmbiguityCheck.Candidate former = candidate("a", 100);
        AmbiguityCheck.Candidate own = candidate("b", 0);
        assertThat(find(former, own)).containsExactlyInAnyOrder(former.record(), own.record());
        // Behind the last offset there is nothing.
        assertThat(find(candidate("b", 1))).isEmpty();
    }

    @Test
    void readsBehindManyAbortedRecords() {
        log.write("other");
        // Twenty polls without a record.
        log.abort(200);
        log.write("a");
        log.stable = log.end;
        AmbiguityCheck.Candidate sought = candidate("a", 0);
        assertThat(find(sought)).containsExactly(sought.record());
    }

    @Test
    void readsFromTheLastStableOffsetIfNoOffsetHasTheTime() {
        log.write("other");
        log.write("a");
        log.stable = 1;
        AmbiguityCheck.Candidate sought = candidate("a", SpooledRecord.NO_FLOOR);
        assertThatThrownBy(() -> find(sought)).isInstanceOf(TimeoutException.class);
        // The transaction ends while the log is read.
        log.onPoll = () -> log.stable = 2;
        assertThat(find(sought)).containsExactly(sought.record());
    }
}
