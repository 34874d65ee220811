package io.millrace.tools.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connector as Connect's REST interface has it.
 *
 * @param name the connector's name
 * @param type source or sink
 * @param options its configuration, with the variables of config providers in it
 * @param connector the state of the connector itself
 * @param tasks the states of its tasks
 */
record ConnectorStatus(
        String name, String type, Map<String, String> options, PartStatus connector, List<PartStatus> tasks) {
    private static final String PROJECTION_SINK = "ProjectionSink";

    ConnectorStatus {
        options = Map.copyOf(options);
        tasks = List.copyOf(tasks);
    }

    /**
     * The state of a connector or of a task.
     *
     * @param id the number of the task, or "connector"
     * @param state as Connect names it
     * @param worker the worker that runs it
     * @param trace the stack trace of its failure; empty if there is none
     */
    record PartStatus(String id, String state, String worker, String trace) {
        static PartStatus of(String id, JsonNode node) {
            return new PartStatus(
                    id,
                    node.path("state").asText("UNKNOWN"),
                    node.path("worker_id").asText(""),
                    node.path("trace").asText(""));
        }

        boolean isRunning() {
            return state.equals("RUNNING");
        }

        boolean hasFailed() {
            return state.equals("FAILED");
        }

        /** The line with the reason; empty if it has not failed. */
        Optional<String> reason() {
            return trace.isBlank() ? Optional.empty() : Optional.of(FailureText.of(trace));
        }
    }

    /** A connector of the answer to {@code GET /connectors?expand=info&expand=status}. */
    static ConnectorStatus of(String name, JsonNode node) {
        Map<String, String> options = new LinkedHashMap<>();
        node.path("info")
                .path("config")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        JsonNode status = node.path("status");
        List<PartStatus> tasks = new ArrayList<>();
        status.path("tasks")
                .forEach(task -> tasks.add(PartStatus.of(task.path("id").asText(), task)));
        return new ConnectorStatus(
                name,
                status.path("type").asText(node.path("info").path("type").asText("unknown")),
                options,
                PartStatus.of("connector", status.path("connector")),
                tasks);
    }

    boolean isSink() {
        return type.equals("sink");
    }

    /** Whether it is a sink of ours, which may keep a ledger. */
    boolean isProjectionSink() {
        String type = options.getOrDefault("connector.class", "");
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return simple.equals(PROJECTION_SINK) || simple.equals(PROJECTION_SINK + "Connector");
    }

    /** The consumer group of a sink. */
    String consumerGroup() {
        return options.getOrDefault("consumer.override.group.id", "connect-" + name);
    }

    /** The dead letter queue of a sink. */
    Optional<String> deadLetterQueue() {
        return Optional.ofNullable(options.get("errors.deadletterqueue.topic.name"))
                .map(String::strip)
                .filter(topic -> isSink() && !topic.isEmpty());
    }

    long runningTasks() {
        return tasks.stream().filter(PartStatus::isRunning).count();
    }
}
