package io.millrace.connectors.channel;

import io.millrace.config.UnresolvedVariables;
import io.millrace.events.MillraceVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Pushes events of topics to browsers, over WebSocket and server-sent events. Its one task reads all partitions and has a listener. A client
 * resumes with the position of its last event, at any task that reads the same topics, and learns whether events are missing.
 */
public final class ChannelSinkConnector extends SinkConnector {
    private static final List<String> PREFIXES = List.of(
            "channel",
            "event.",
            "records.",
            "conflate",
            "cluster.",
            "history.",
            "resume.",
            "listener.",
            "tls",
            "token",
            "connection",
            "allowed.",
            "heartbeat.",
            "subscribe.",
            "drain.");

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = Map.copyOf(newProperties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ChannelSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(properties);
    }

    @Override
    public void stop() {
        // Holds nothing.
    }

    @Override
    public ConfigDef config() {
        return ChannelSinkOptions.ALL.definition();
    }

    /** Checks each option by itself, then all of them together. */
    @Override
    public Config validate(Map<String, String> candidate) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        config().validate(candidate).forEach(value -> values.put(value.name(), value));
        // Connect counts only errors of declared options.
        UnresolvedVariables.find(candidate).forEach((option, objection) -> addError(values, option, objection));
        candidate.keySet().stream()
                .filter(option -> PREFIXES.stream().anyMatch(option::startsWith) && !values.containsKey(option))
                .sorted()
                .forEach(option -> addError(values, option, "there is no such option"));
        ChannelSinkOptions.findTasksObjection(candidate)
                .ifPresent(objection -> addError(values, ChannelSinkOptions.CHANNEL.name(), objection));
        return new Config(new ArrayList<>(values.values()));
    }

    private static void addError(Map<String, ConfigValue> values, String option, String objection) {
        ConfigValue value = values.get(option);
        ConfigValue anchor = value == null ? values.get(ChannelSinkOptions.CHANNEL.name()) : value;
        if (anchor != null) {
            anchor.addErrorMessage(value == null ? option + ": " + objection : objection);
        }
    }
}
