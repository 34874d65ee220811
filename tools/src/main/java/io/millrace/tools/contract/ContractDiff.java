package io.millrace.tools.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The differences between two contracts, as AsyncAPI 3 documents, for consumers of the events. Topics are identified by
 * their addresses and events by their types, so that the names of channels and schemas inside a document do not matter.
 */
final class ContractDiff {
    private final JsonNode oldDocument;
    private final JsonNode newDocument;
    private final List<Difference> differences = new ArrayList<>();

    private ContractDiff(JsonNode oldDocument, JsonNode newDocument) {
        this.oldDocument = oldDocument;
        this.newDocument = newDocument;
    }

    /** The differences, in the order of the old document, then what is new. */
    static List<Difference> of(JsonNode oldDocument, JsonNode newDocument) {
        ContractDiff diff = new ContractDiff(oldDocument, newDocument);
        diff.compareInfo();
        diff.compareChannels();
        return diff.differences;
    }

    private void compareInfo() {
        for (String field : List.of("title", "version", "description")) {
            String before = oldDocument.path("info").path(field).asText();
            String after = newDocument.path("info").path(field).asText();
            if (!before.equals(after)) {
                differences.add(Difference.compatible("info." + field, "was '" + before + "', is '" + after + "'"));
            }
        }
    }

    private void compareChannels() {
        Map<String, JsonNode> before = channelsOf(oldDocument);
        Map<String, JsonNode> after = channelsOf(newDocument);
        before.forEach((topic, channel) -> {
            if (after.containsKey(topic)) {
                compareMessages(topic, messagesOf(channel, oldDocument), messagesOf(after.get(topic), newDocument));
            } else {
                differences.add(Difference.breaking(topic, "the topic is removed"));
            }
        });
        after.keySet().stream()
                .filter(topic -> !before.containsKey(topic))
                .forEach(topic -> differences.add(Difference.compatible(topic, "the topic is new")));
    }

    private void compareMessages(String topic, Map<String, JsonNode> before, Map<String, JsonNode> after) {
        before.forEach((name, message) -> {
            String place = topic + " " + name;
            if (after.containsKey(name)) {
                compareMessage(place, message, after.get(name));
            } else {
                differences.add(Difference.breaking(place, "the event is removed"));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> differences.add(Difference.compatible(topic + " " + name, "the event is new")));
    }

    private void compareMessage(String place, JsonNode before, JsonNode after) {
        if (!before.path("contentType").equals(after.path("contentType"))) {
            differences.add(Difference.breaking(
                    place, "contentType was " + before.path("contentType") + ", is " + after.path("contentType")));
        }
        differences.addAll(compareSchemas(place + " value", before.path("payload"), after.path("payload")));
        differences.addAll(compareSchemas(place + " header", before.path("headers"), after.path("headers")));
        // Any other key may go to another partition, and compaction no longer finds the older events.
        compareSchemas(place + " key", before.at("/bindings/kafka/key"), after.at("/bindings/kafka/key"))
                .forEach(key -> differences.add(Difference.breaking(key.place(), key.what())));
    }

    private List<Difference> compareSchemas(String place, JsonNode before, JsonNode after) {
        return SchemaDiff.of(place, before, after, oldDocument, newDocument);
    }

    private static Map<String, JsonNode> channelsOf(JsonNode document) {
        Map<String, JsonNode> channels = new LinkedHashMap<>();
        document.path("channels").properties().forEach(channel -> {
            JsonNode resolved = SchemaDiff.resolveReference(channel.getValue(), document);
            channels.put(resolved.path("address").asText(channel.getKey()), resolved);
        });
        return channels;
    }

    private static Map<String, JsonNode> messagesOf(JsonNode channel, JsonNode document) {
        Map<String, JsonNode> messages = new LinkedHashMap<>();
        channel.path("messages")
                .properties()
                .forEach(message ->
                        messages.put(message.getKey(), SchemaDiff.resolveReference(message.getValue(), document)));
        return messages;
    }
}
