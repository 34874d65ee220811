package io.millrace.benchmarks.transactions;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What makes events of the raw topic. */
enum TransactionsContender {
    /** {@code TopicSourceConnector} with a transaction for each batch. */
    EXACTLY_ONCE,
    /** The same connector on a worker without transactions. */
    AT_LEAST_ONCE,
    /** Kafka Streams with {@code exactly_once_v2}, which calls the same converters and the same transform. */
    STREAMS;

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static TransactionsContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The settings of the contender's worker. */
    Map<String, String> workerSettings() {
        return this == AT_LEAST_ONCE ? Map.of("exactly.once.source.support", "disabled") : Map.of();
    }

    /** The options of the contender's connector. */
    Map<String, String> connector(String bootstrapServers, String topic) {
        Map<String, String> options = new TreeMap<>();
        options.put("connector.class", "io.millrace.connectors.topic.TopicSourceConnector");
        options.put("tasks.max", Integer.toString(RawOrders.PARTITIONS));
        options.put("source.topics", RawOrders.TOPIC);
        options.put("kafka.bootstrap.servers", bootstrapServers);
        for (String part : new String[] {"key", "value"}) {
            options.put("source." + part + ".converter", "io.millrace.converters.StreamingJsonConverter");
            options.put("source." + part + ".converter.schemas.enable", "false");
            options.put(part + ".converter", "io.millrace.converters.StreamingJsonConverter");
            options.put(part + ".converter.schemas.enable", "false");
        }
        options.put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        if (this == EXACTLY_ONCE) {
            options.put("exactly.once.support", "required");
        } else {
            options.put("processing.guarantee", "at_least_once");
        }
        options.put("transforms", "event");
        options.put("transforms.event.type", "io.millrace.transforms.ToOfficialEvent");
        EventRules.transform(topic).forEach((name, value) -> options.put("transforms.event." + name, value));
        return options;
    }
}
