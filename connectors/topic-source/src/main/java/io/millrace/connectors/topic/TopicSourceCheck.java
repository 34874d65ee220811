package io.millrace.connectors.topic;

import io.millrace.config.Option;
import io.millrace.config.TransformList;
import io.millrace.config.WrappedClass;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.SourceChecks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.jspecify.annotations.Nullable;

/** The check of a posted configuration: each option, all together, the converters' options, and that the brokers answer. */
final class TopicSourceCheck {
    private static final List<String> PREFIXES = List.of("source.", "heartbeat.", "undecodable.", "start.");
    /** It writes the bytes of records that cannot be decoded as they are. Its module is another plugin's. */
    private static final String ORIGINAL_BYTES = "io.millrace.converters.OriginalBytesConverter";

    private final Map<String, String> candidate;
    private final SourceChecks checks;

    TopicSourceCheck(Map<String, String> candidate) {
        this.candidate = candidate;
        this.checks = new SourceChecks(TopicSourceOptions.ALL.definition(), candidate, TopicSourceOptions.BOUNDARY);
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
        checks.refuseUnknown(PREFIXES, TopicSourceCheck::isOfConverter, TopicSourceOptions.TOPICS.name());
        checkTransforms();
        checkUndecodable();
        if (checks.isValid()) {
            checkConverter(TopicSourceOptions.KEY_CONVERTER, "key");
            checkConverter(TopicSourceOptions.VALUE_CONVERTER, "value");
            checkConverter(TopicSourceOptions.HEADER_CONVERTER, "header");
        }
        return checks.values();
    }

    private static boolean isOfConverter(String option) {
        return option.startsWith(TopicSourceOptions.KEY_CONVERTER + ".")
                || option.startsWith(TopicSourceOptions.VALUE_CONVERTER + ".")
                || option.startsWith(TopicSourceOptions.HEADER_CONVERTER + ".");
    }

    private void checkTransforms() {
        TransformList.findUnlisted(candidate)
                .forEach(objection ->
                        checks.add(TopicSourceOptions.TOPICS.name(), TransformList.OPTION + ": " + objection));
        String transforms = candidate.get(TransformList.OPTION);
        if (transforms == null || transforms.isBlank()) {
            checks.add(
                    TopicSourceOptions.TOPICS.name(),
                    TransformList.OPTION + ": expected transforms that route the records to other topics, such as"
                            + " io.millrace.transforms.ToOfficialEvent; without them each record would be written to"
                            + " the topic that it was read from");
        }
    }

    private void checkUndecodable() {
        if (candidate.get(TopicSourceOptions.UNDECODABLE_TOPIC.name()) == null) {
            return;
        }
        for (String option : List.of("key.converter", "value.converter", "header.converter")) {
            String found = candidate.get(option);
            if (!ORIGINAL_BYTES.equals(found)) {
                checks.add(
                        TopicSourceOptions.UNDECODABLE_TOPIC.name(),
                        option + ": expected " + ORIGINAL_BYTES + ", which writes the original bytes, with the"
                                + " converter of the events as its option 'original-bytes.converter'; found "
                                + (found == null ? "no value" : found));
            }
        }
    }

    /** The converter's own options, as Connect checks those of its converters. */
    private void checkConverter(Option<String> option, String type) {
        AbstractConfig config = new AbstractConfig(TopicSourceOptions.ALL.definition(), candidate, false);
        Map<String, String> own = new HashMap<>();
        TopicSourceOptions.ofConverter(option, config).forEach((name, value) -> own.put(name, String.valueOf(value)));
        own.put(ConverterConfig.TYPE_CONFIG, type);
        try {
            String converter = option.get(config);
            ConfigDef definition = definitionOf(WrappedClass.newInstance(option.name(), converter, Object.class));
            if (definition != null) {
                definition.validate(own).forEach(value -> value.errorMessages()
                        .forEach(message -> checks.add(option.name(), option + "." + value.name() + ": " + message)));
            }
        } catch (RuntimeException e) {
            checks.add(option.name(), "the check of its options failed: " + e);
        }
    }

    private static @Nullable ConfigDef definitionOf(Object converter) {
        if (converter instanceof HeaderConverter headers) {
            return headers.config();
        }
        return ((Converter) converter).config();
    }

    private void checkBrokers() {
        AbstractConfig config = new AbstractConfig(TopicSourceOptions.ALL.definition(), candidate, false);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            logs.countPartitions(TopicSourceOptions.TOPICS.get(config));
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            checks.add(
                    BrokerOptions.BOOTSTRAP_SERVERS.name(),
                    "the brokers cannot be used: " + e.getMessage() + (cause == null ? "" : ", " + cause.getMessage()));
        }
    }
}
