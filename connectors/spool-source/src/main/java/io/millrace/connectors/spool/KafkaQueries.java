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
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

    private final KafkaLogs logs;
    private final BrokerWatch watch;
    private final AmbiguityCheck check;
    private final BrokerProbe probe;

    /**
     * Queries by these clients.
     *
     * @param name of the task, for its thread
     */
    KafkaQueries(String name, KafkaLogs logs, BrokerWatch watch, AmbiguityCheck check) {
        this.logs = logs;
        this.watch = watch;
        this.check = check;
        this.probe = new BrokerProbe(name + "-probe", watch, logs::readClusterId, PROBE_INTERVAL);
    }

    @Override
    public void requireAnswer() {
        probe.resume();
        var unused = watch.ask(logs::readClusterId);
    }

    @Override
    public void pause() {
        probe.pause();
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
        probe.close();
        check.close();
        logs.close();
    }
}
