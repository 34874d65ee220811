package io.millrace.connectors.schedule;

import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.SourceChecks;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigValue;

/** The check of a posted configuration: each option, all together, and the topics. */
final class ScheduleSourceCheck {
    private static final List<String> PREFIXES =
            List.of("requests.", "schedules.", "replies.", "targets", "past.due", "max.", "commands.");
    private static final String PRODUCER_LIMIT = "producer.override.max.request.size";

    private final Map<String, String> candidate;
    private final SourceChecks checks;

    ScheduleSourceCheck(Map<String, String> candidate) {
        this.candidate = candidate;
        this.checks = new SourceChecks(ScheduleSourceOptions.ALL.definition(), candidate, SourceChecks.OWN_BOUNDARY);
    }

    /** A value for each declared option, with the errors. */
    List<ConfigValue> findValues() {
        List<ConfigValue> values = findOwnValues();
        if (checks.isValid()) {
            checkTopics();
        }
        return values;
    }

    /** The same without a query of the brokers, which may not be reachable from here. */
    List<ConfigValue> findOwnValues() {
        checks.checkSource();
        checks.checkUnchangedRecords();
        checks.refuseUnknown(PREFIXES, option -> false, ScheduleSourceOptions.REQUESTS_TOPIC.name());
        if (checks.isValid()) {
            checkProducer();
        }
        return checks.values();
    }

    private void checkProducer() {
        String limit = candidate.get(PRODUCER_LIMIT);
        int largest = ScheduleSourceOptions.MAX_SCHEDULE_BYTES.get(config());
        if (limit != null
                && limit.matches("\\d{1,9}")
                && Integer.parseInt(limit) < largest + RecordLimits.OVERHEAD_BYTES) {
            checks.add(
                    ScheduleSourceOptions.MAX_SCHEDULE_BYTES.name(),
                    "expected that a schedule fits into " + PRODUCER_LIMIT + ", with " + RecordLimits.OVERHEAD_BYTES
                            + " bytes for names and ids, found " + largest + " and " + limit);
        }
    }

    private AbstractConfig config() {
        return new AbstractConfig(ScheduleSourceOptions.ALL.definition(), candidate, false);
    }

    private void checkTopics() {
        AbstractConfig config = config();
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            ScheduleSourceOptions.stateTopic(config)
                    .findObjection(logs)
                    .ifPresent(objection -> checks.add(ScheduleSourceOptions.SCHEDULES_TOPIC.name(), objection));
            ScheduleSourceOptions.findObjections(config, logs).forEach(checks::add);
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            checks.add(
                    BrokerOptions.BOOTSTRAP_SERVERS.name(),
                    "the brokers cannot be used: " + e.getMessage() + (cause == null ? "" : ", " + cause.getMessage()));
        }
    }
}
