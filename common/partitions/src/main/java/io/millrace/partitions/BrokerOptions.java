package io.millrace.partitions;

import io.millrace.config.ClientSecrets;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.AbstractConfig;

/** The options for the brokers of the topics that a source reads: the settings of Kafka's clients, under a prefix. */
public final class BrokerOptions {
    /** Settings of Kafka's clients begin with it. */
    public static final String PREFIX = "kafka.";

    public static final Option<String> BOOTSTRAP_SERVERS = Option.string(PREFIX + "bootstrap.servers")
            .valid("HOST:PORT,...", BrokerOptions::requireAddresses)
            .required()
            .high("The brokers of the topics, as HOST:PORT,... All other options that begin with " + PREFIX
                    + " are settings of Kafka's consumer and admin client, e.g. " + PREFIX + "security.protocol. Needs"
                    + " Read and Describe on the topics; no consumer group is used.");

    /** Every option that is declared. */
    public static final OptionSet ALL = OptionSet.of(BOOTSTRAP_SERVERS)
            .and(OptionSet.of(List.copyOf(ClientSecrets.under(PREFIX).values())));

    /** Settings with which records would be lost, repeated or not read as bytes, or that another option has. */
    private static final List<String> FIXED = List.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            CommonClientConfigs.CLIENT_ID_CONFIG);

    private BrokerOptions() {}

    /** The settings of the clients. */
    public static Map<String, Object> clientSettings(AbstractConfig config) {
        return config.originalsWithPrefix(PREFIX);
    }

    /** Finds the settings that a connector cannot have, one sentence each. */
    static List<String> findObjections(Map<String, String> properties) {
        List<String> objections = new ArrayList<>();
        for (String setting : FIXED) {
            String option = PREFIX + setting;
            if (properties.containsKey(option)) {
                objections.add(option + ": expected no value, because the connector sets it; found "
                        + properties.get(option) + ". Remove it");
            }
        }
        return objections;
    }

    private static void requireAddresses(String servers) {
        boolean valid = Arrays.stream(servers.split(",", -1))
                .map(String::strip)
                .allMatch(server -> server.matches("[^\\s,]+:\\d{1,5}"));
        if (!valid) {
            throw new IllegalArgumentException("expected HOST:PORT,...");
        }
    }
}
