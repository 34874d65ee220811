package io.millrace.tools.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.tools.status.ConnectorStatus.PartStatus;
import java.time.Instant;
import java.util.Locale;

/** The status as one JSON text for programs. */
final class StatusJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StatusJson() {}

    static String write(ClusterReport report) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode connectors = root.putArray("connectors");
        report.connectors().forEach(connector -> addConnector(connectors.addObject(), connector));
        ArrayNode problems = root.putArray("problems");
        report.problems().forEach(problem -> problems.addObject()
                .put("connector", problem.connector())
                .put("problem", problem.problem())
                .put("remedy", problem.remedy())
                .put("section", problem.section().link()));
        return root.toPrettyString();
    }

    private static void addConnector(ObjectNode node, ConnectorReport report) {
        ConnectorStatus status = report.status();
        node.put("name", status.name())
                .put("type", status.type())
                .put("class", status.options().getOrDefault("connector.class", ""));
        addPart(node, status.connector());
        ArrayNode tasks = node.putArray("tasks");
        status.tasks().forEach(task -> addPart(tasks.addObject().put("id", task.id()), task));
        ArrayNode offsets = node.putArray("offsets");
        report.offsets().forEach(offsets::add);
        report.progress().ifPresent(progress -> addProgress(node.putObject("progress"), progress));
        report.queue().ifPresent(queue -> addQueue(node.putObject("deadLetters"), queue));
        ArrayNode notes = node.putArray("notes");
        report.notes().forEach(notes::add);
    }

    private static void addPart(ObjectNode node, PartStatus part) {
        node.put("state", part.state()).put("worker", part.worker());
        part.reason().ifPresent(reason -> node.put("reason", reason));
    }

    private static void addProgress(ObjectNode node, SinkProgress progress) {
        node.put("by", progress.measure().name().toLowerCase(Locale.ROOT)).put("lag", progress.lag());
        ArrayNode partitions = node.putArray("partitions");
        progress.partitions().forEach(partition -> partitions
                .addObject()
                .put("topic", partition.topic())
                .put("partition", partition.partition())
                .put("next", partition.next())
                .put("end", partition.end())
                .put("lag", partition.lag()));
    }

    private static void addQueue(ObjectNode node, QueueCount queue) {
        node.put("topic", queue.topic()).put("records", queue.records()).put("complete", queue.complete());
        ArrayNode reasons = node.putArray("reasons");
        queue.reasons().forEach(count -> reasons.addObject()
                .put("reason", count.reason())
                .put("records", count.records())
                .put("newest", Instant.ofEpochMilli(count.newestMs()).toString()));
    }
}
