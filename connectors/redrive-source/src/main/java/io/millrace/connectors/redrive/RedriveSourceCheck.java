package io.millrace.connectors.redrive;

import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.SourceChecks;
import io.millrace.partitions.StateTopic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigValue;

/** The check of a posted configuration: each option, all together, and what the brokers have. */
final class RedriveSourceCheck {
    private static final List<String> PREFIXES = List.of("letters.", "state.", "max.", "fetch.");

    private final Map<String, String> candidate;
    private final SourceChecks checks;

    RedriveSourceCheck(Map<String, String> candidate) {
        this.candidate = candidate;
        this.checks = new SourceChecks(RedriveSourceOptions.ALL.definition(), candidate, RedriveSourceOptions.BOUNDARY);
    }

    /** A value for each declared option, with the errors. */
    List<ConfigValue> findValues() {
        List<ConfigValue> values = findOwnValues();
        if (checks.isValid()) {
            checkBrokers();
        }
        return values;
    }

    /** The same without a query of the brokers, which may not be reachable from here. */
    List<ConfigValue> findOwnValues() {
        checks.checkSource();
        checks.checkUnchangedRecords();
        checks.refuseUnknown(PREFIXES, option -> false, RedriveSourceOptions.TOPICS.name());
        return checks.values();
    }

    private void checkBrokers() {
        AbstractConfig config = new AbstractConfig(RedriveSourceOptions.ALL.definition(), candidate, false);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            StateTopic.ofOnePartition(RedriveSourceOptions.stateTopic(config))
                    .findObjection(logs)
                    .ifPresent(objection -> checks.add(RedriveSourceOptions.STATE_TOPIC.name(), objection));
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            checks.add(
                    BrokerOptions.BOOTSTRAP_SERVERS.name(),
                    "the brokers cannot be used: " + e.getMessage() + (cause == null ? "" : ", " + cause.getMessage()));
        }
    }
}
