package io.millrace.connectors.spool;

import io.millrace.spool.SpooledRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queries of a recovery to the brokers. Each throws a {@link org.apache.kafka.common.KafkaException} if they do not answer, or refuse
 * to. For one thread, except for {@link #stop}.
 */
interface BrokerQueries extends AutoCloseable {
    /** Fails if the brokers do not answer. From then on they are queried regularly, until {@link #pause}. */
    void requireAnswer();

    /** Ends the regular queries: nothing waits. */
    void pause();

    /** Whether the brokers have answered for this long, also since this time. */
    boolean haveAnsweredFor(Duration duration, long sinceNanos);

    /**
     * Counts the partitions of topics.
     *
     * @return without the topics that do not exist
     */
    Map<String, Integer> countPartitions(Collection<String> topics);

    /** Finds the records that an attempt of the producer has written, of those given in the order sent. */
    Set<SpooledRecord> findWritten(List<AmbiguityCheck.Candidate> candidates);

    /** Ends a running query, from whatever thread. */
    void stop();

    @Override
    void close();
}
