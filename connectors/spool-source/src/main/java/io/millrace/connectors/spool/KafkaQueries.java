package io.millrace.connectors.spool;

import io.millrace.partitions.KafkaLogs;
import io.millrace.spool.SpooledRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Queries the brokers with Kafka's clients, and watches how long they have answered. Closes what it was made with. */
final class KafkaQueries implements BrokerQueries {
    private final KafkaLogs logs;
    private final BrokerWatch watch;
    private final AmbiguityCheck check;

    KafkaQueries(KafkaLogs logs, BrokerWatch watch, AmbiguityCheck check) {
        this.logs = logs;
        this.watch = watch;
        this.check = check;
    }

    @Override
    public void requireAnswer() {
        var unused = watch.ask(logs::readClusterId);
    }

    @Override
    public boolean haveAnsweredFor(Duration duration, long sinceNanos) {
        return watch.hasAnsweredFor(duration, sinceNanos);
    }

    @Override
    public Map<String, Integer> countPartitions(Collection<String> topics) {
        return watch.ask(() -> logs.countPartitions(topics));
    }

    @Override
    public Set<SpooledRecord> findWritten(List<AmbiguityCheck.Candidate> candidates) {
        return check.findWritten(candidates);
    }

    @Override
    public void stop() {
        check.stop();
    }

    @Override
    public void close() {
        check.close();
        logs.close();
    }
}
