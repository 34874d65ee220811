package io.millrace.tools.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.expressions.NearestNames;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.cluster.WorkerRest;
import io.millrace.tools.input.Variables;
import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks a configuration against the other connectors of the cluster, and against the plugins of a worker. */
final class NeighboursCheck {
    private static final String SLOT = "slot.name";
    private static final String SERVER_ID = "database.server.id";
    private static final String HISTORY = "schema.history.internal.kafka.topic";
    private static final String GROUP = "consumer.override.group.id";
    private static final String URL = "connection.url";
    /** Options whose value is the class of a plugin, by the kinds of plugins that Connect's answer names. */
    private static final Map<Pattern, List<String>> CLASSES = Map.of(
            Pattern.compile("(wrapped\\.)?connector\\.class"), List.of("source", "sink"),
            Pattern.compile("transforms\\.[^.]+\\.type"), List.of("transformation"),
            Pattern.compile("predicates\\.[^.]+\\.type"), List.of("predicate"),
            Pattern.compile("(key|value)\\.converter"), List.of("converter"),
            Pattern.compile("header\\.converter"), List.of("header_converter"));

    private final WorkerRest rest;
    private final CheckReport report;
    private final String name;
    private final Map<String, String> options;

    NeighboursCheck(WorkerRest rest, CheckReport report, String name) {
        this.rest = rest;
        this.report = report;
        this.name = name;
        this.options = report.resolved();
    }

    void check() {
        try {
            checkPlugins(rest.get("connector-plugins?connectorsOnly=false"));
            JsonNode connectors = rest.get("connectors?expand=info");
            connectors.properties().forEach(entry -> {
                if (!entry.getKey().equals(name)) {
                    compare(entry.getKey(), read(entry.getValue().path("info").path("config")));
                }
            });
        } catch (UnreachableException e) {
            report.addNote("the other connectors are not compared: " + e.getMessage());
        }
    }

    private static Map<String, String> read(JsonNode config) {
        Map<String, String> other = new HashMap<>();
        config.properties()
                .forEach(option -> other.put(
                        option.getKey(),
                        Variables.resolve(option.getKey(), option.getValue().asText())
                                .value()));
        return other;
    }

    private void checkPlugins(JsonNode plugins) {
        options.forEach((option, type) -> CLASSES.forEach((pattern, kinds) -> {
            if (pattern.matcher(option).matches() && type.contains(".")) {
                Set<String> classes = new HashSet<>();
                plugins.forEach(plugin -> {
                    if (kinds.contains(plugin.path("type").asText())) {
                        classes.add(plugin.path("class").asText());
                    }
                });
                if (!classes.isEmpty() && !classes.contains(type)) {
                    addMissing(option, type, classes);
                }
            }
        }));
    }

    private void addMissing(String option, String type, Set<String> classes) {
        report.add(CheckProblem.of(
                option,
                "no plugin of the worker has the class " + type,
                NearestNames.find(type, classes),
                "Correct the name, or install the plugin in a folder of the worker's plugin.path and restart it"));
    }

    private void compare(String other, Map<String, String> theirs) {
        if (isSame(SERVER_ID, theirs) && isSame("database.hostname", theirs) && isSamePort(theirs)) {
            addConflict(
                    SERVER_ID,
                    "the connector '" + other + "' reads the same server with the same id, and MySQL ends the older"
                            + " connection of two with one id",
                    "Set another number, which no other reader of the server's binlog has");
        }
        if (isSame(SLOT, theirs) && isSame("database.hostname", theirs) && isSamePort(theirs)) {
            addConflict(
                    SLOT,
                    "the connector '" + other
                            + "' reads the same server through the same replication slot, which has one" + " reader",
                    "Set another name");
        }
        if (isSame("topic.prefix", theirs)) {
            addConflict(
                    "topic.prefix",
                    "the connector '" + other
                            + "' has the same prefix, so topics and offsets of the two would be mixed",
                    "Set another prefix");
        }
        if (isSame(HISTORY, theirs)) {
            addConflict(
                    HISTORY,
                    "the connector '" + other
                            + "' has the same schema history topic, which only one connector may write",
                    "Set another topic");
        }
        if (isSink(options) && isSink(theirs)) {
            compareSinks(other, theirs);
        }
    }

    private void compareSinks(String other, Map<String, String> theirs) {
        String group = options.getOrDefault(GROUP, "connect-" + name);
        if (group.equals(theirs.getOrDefault(GROUP, "connect-" + other))) {
            addConflict(
                    GROUP,
                    "the connector '" + other + "' has the same consumer group " + group
                            + ", so each would read a part of the partitions",
                    "Set another group, or leave the option out");
        }
        boolean isReplaced =
                other.equals(options.get("rebuild.replaces")) || name.equals(theirs.get("rebuild.replaces"));
        if (isSame(URL, theirs) && !isReplaced) {
            for (Map.Entry<String, String> view : findViews(options).entrySet()) {
                if (findViews(theirs).containsValue(view.getValue())) {
                    addConflict(
                            view.getKey(),
                            "the connector '" + other + "' writes the same view " + view.getValue(),
                            "Write another table, or set rebuild.replaces=" + other + " to rebuild the view");
                }
            }
        }
    }

    /** The tables of the projections, by the options that name them. */
    private static Map<String, String> findViews(Map<String, String> sink) {
        Map<String, String> views = new HashMap<>();
        List<String> projections =
                new ArrayList<>(List.of(sink.getOrDefault("projections", "").split(",", -1)));
        for (String projection : projections) {
            String table = "projection." + projection.strip() + ".table";
            if (!projection.isBlank()) {
                views.put(table, sink.getOrDefault(table, projection.strip()));
            }
        }
        return views;
    }

    private static boolean isSink(Map<String, String> connector) {
        return connector.containsKey("topics") || connector.containsKey("topics.regex");
    }

    private boolean isSame(String option, Map<String, String> theirs) {
        String own = options.getOrDefault(option, "");
        return !own.isBlank() && own.equals(theirs.get(option));
    }

    private boolean isSamePort(Map<String, String> theirs) {
        return portOf(options).equals(portOf(theirs));
    }

    private static String portOf(Map<String, String> source) {
        return source.getOrDefault(
                "database.port",
                SourceProduct.find(source)
                        .map(product -> Integer.toString(product.port()))
                        .orElse(""));
    }

    private void addConflict(String option, String problem, String remedy) {
        report.add(CheckProblem.of(option, problem, List.of(), remedy));
    }
}
