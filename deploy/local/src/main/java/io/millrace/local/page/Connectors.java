package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The connectors of a worker, with their configurations and states.
 *
 * @param all each with {@code info} and {@code status}, by name, as {@code GET /connectors?expand=info&expand=status} has them
 * @param rules the connector and the option of the rule that makes events of a type, e.g. {@code shop-source events.rule.2}
 */
record Connectors(Map<String, JsonNode> all, Map<String, String> rules) {
    /** Before the first answer of the worker. */
    static final Connectors NONE = new Connectors(Map.of(), Map.of());

    private static final Pattern RULE = Pattern.compile("(?:events|transforms\\.[^.]+)\\.rule\\.\\d+");
    private static final Pattern TYPE = Pattern.compile("\\s*([^\\s;]+)(?:\\s+(v\\d+))?\\s*;.*", Pattern.DOTALL);
    private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";

    static Connectors read(ConnectRest rest) throws IOException {
        Map<String, JsonNode> all = rest.expandedConnectors();
        return new Connectors(all, findRules(all));
    }

    /** The connectors that read topics. */
    List<String> sinks() {
        return all.entrySet().stream()
                .filter(connector ->
                        connector.getValue().at("/status/type").asText().equals("sink"))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The topics that a connector's configuration lists. */
    Set<String> topicsOf(String connector) {
        return new TreeSet<>(Arrays.asList(option(connector, "topics").split("\\s*,\\s*", -1)));
    }

    /** The topics of dead letters. */
    Set<String> deadLetterTopics() {
        Set<String> topics = new TreeSet<>();
        sinks().forEach(sink -> deadLetterTopic(sink).ifPresent(topics::add));
        return topics;
    }

    /** The topic of a connector's dead letters; empty if it has none. */
    Optional<String> deadLetterTopic(String connector) {
        return Optional.of(option(connector, DEAD_LETTERS)).filter(topic -> !topic.isEmpty());
    }

    String option(String connector, String option) {
        return all.getOrDefault(connector, JsonNodeFactory.instance.objectNode())
                .at("/info/config")
                .path(option)
                .asText("");
    }

    private static Map<String, String> findRules(Map<String, JsonNode> connectors) {
        Map<String, String> rules = new HashMap<>();
        connectors.forEach(
                (name, connector) -> connector.at("/info/config").properties().forEach(option -> {
                    if (RULE.matcher(option.getKey()).matches()) {
                        rules.putIfAbsent(typeOf(option.getValue().asText()), name + " " + option.getKey());
                    }
                }));
        return rules;
    }

    private static String typeOf(String rule) {
        Matcher matcher = TYPE.matcher(rule);
        if (!matcher.matches()) {
            return "";
        }
        return matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + "." + matcher.group(2);
    }

    /** The projections of a sink, by name. */
    List<View> viewsOf(String sink) {
        List<View> views = new ArrayList<>();
        for (String projection : option(sink, "projections").split("\\s*,\\s*", -1)) {
            String prefix = "projection." + projection + ".";
            String table = option(sink, prefix + "table");
            views.add(new View(table.isEmpty() ? projection : table, option(sink, prefix + "key")));
        }
        return views;
    }

    /**
     * A view of a sink.
     *
     * @param table its name
     * @param key the option with the columns of its key
     */
    record View(String table, String key) {}

    /** A line for each connector: state, tasks, the first line of a failure, and the lag of a sink with a ledger. */
    ArrayNode describe(Map<TopicPartition, Long> ends, Map<String, Map<TopicPartition, Long>> ledger) {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        all.forEach((name, connector) -> {
            JsonNode status = connector.path("status");
            ObjectNode line = lines.addObject()
                    .put("name", name)
                    .put("type", status.path("type").asText())
                    .put("state", status.at("/connector/state").asText());
            ArrayNode tasks = line.putArray("tasks");
            status.path("tasks").forEach(task -> {
                tasks.add(task.path("state").asText());
                String trace = task.path("trace").asText("");
                if (!trace.isEmpty()) {
                    line.put("failure", trace.lines().findFirst().orElse(""));
                }
            });
            Map<TopicPartition, Long> offsets = ledger.getOrDefault(name, Map.of());
            if (!offsets.isEmpty()) {
                line.put("lag", lagOf(topicsOf(name), ends, offsets));
            }
        });
        return lines;
    }

    private static long lagOf(Set<String> topics, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> offsets) {
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (topics.contains(end.getKey().topic())) {
                lag += Math.max(0, end.getValue() - offsets.getOrDefault(end.getKey(), 0L));
            }
        }
        return lag;
    }
}
