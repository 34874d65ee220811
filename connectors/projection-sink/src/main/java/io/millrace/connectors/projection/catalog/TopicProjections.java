package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.TopicPattern;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.table.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projections of a sink: those with fixed tables, and those whose topics are a {@link TopicPattern}, of which each topic
 * has tables of its own. Immutable.
 */
public final class TopicProjections {
    private static final Logger LOG = LoggerFactory.getLogger(TopicProjections.class);

    private final List<ProjectionDefinition> fixed;
    private final List<ProjectionDefinition> patterns;
    private final int mostViews;

    /**
     * The projections of a sink.
     *
     * @param definitions as they are configured
     * @param mostViews how many views the patterns may give
     */
    public TopicProjections(Collection<ProjectionDefinition> definitions, int mostViews) {
        this.fixed = definitions.stream()
                .filter(definition -> definition.basics().topicPattern().isEmpty())
                .toList();
        this.patterns = definitions.stream()
                .filter(definition -> definition.basics().topicPattern().isPresent())
                .toList();
        this.mostViews = mostViews;
    }

    /** The projections that have the same tables whatever topics there are. */
    public List<ProjectionDefinition> fixed() {
        return fixed;
    }

    /** The projections whose topics are a pattern, as they are configured. */
    public List<ProjectionDefinition> patterns() {
        return patterns;
    }

    private static TopicPattern pattern(ProjectionDefinition definition) {
        return definition.basics().topicPattern().orElseThrow();
    }

    /**
     * The projections of the topics that patterns match, into the topics' own tables.
     *
     * @throws IllegalArgumentException if a topic's name cannot be in the name of a table
     */
    public List<ProjectionDefinition> ofTopics(Collection<String> topics) {
        List<ProjectionDefinition> definitions = new ArrayList<>();
        for (ProjectionDefinition definition : patterns) {
            for (String topic : new TreeSet<>(topics)) {
                if (pattern(definition).matches(topic)) {
                    definitions.add(ofTopic(definition, topic));
                }
            }
        }
        return definitions;
    }

    /** The same, without the topics whose names cannot be in the name of a table. */
    public List<ProjectionDefinition> ofFitTopics(Collection<String> topics) {
        List<ProjectionDefinition> definitions = new ArrayList<>();
        for (String topic : topics) {
            try {
                definitions.addAll(ofTopics(List.of(topic)));
            } catch (IllegalArgumentException e) {
                LOG.debug("The topic {} has no view: {}", topic, e.getMessage());
            }
        }
        return definitions;
    }

    private static ProjectionDefinition ofTopic(ProjectionDefinition definition, String topic) {
        return definition.ofTopic(topic).writeTo(table -> pattern(definition).nameTable(table, topic));
    }

    /** Whether a table may be one of a topic that a pattern matches. */
    private boolean mayWrite(TableName table) {
        return patterns.stream().anyMatch(definition -> tablesOf(definition).keySet().stream()
                .anyMatch(template -> pattern(definition).mayName(template, table)));
    }

    /** The tables, each with the option that names it. */
    private static Map<TableName, String> tablesOf(ProjectionDefinition definition) {
        Map<TableName, String> tables = new LinkedHashMap<>();
        tables.put(definition.basics().table(), definition.basics().nameOf(CommonOptions.TABLE));
        for (OwnTable own : definition.ownTables()) {
            tables.put(own.name(), own.option());
        }
        return tables;
    }

    /** The reasons why names of tables do not differ from topic to topic. */
    public List<Problem> findObstacles() {
        List<Problem> problems = new ArrayList<>();
        for (ProjectionDefinition definition : patterns) {
            tablesOf(definition).forEach((table, option) -> pattern(definition)
                    .findObstacle(table)
                    .ifPresent(reason -> problems.add(new Problem(option, reason))));
        }
        for (ProjectionDefinition definition : fixed) {
            tablesOf(definition).forEach((table, option) -> {
                if (mayWrite(table)) {
                    problems.add(new Problem(
                            option,
                            "the table " + table
                                    + " could also be that of a topic, by a pattern of another projection; choose"
                                    + " another name, or a more specific one for the tables of topics"));
                }
            });
        }
        return problems;
    }

    /**
     * Why the topics cannot have tables of their own: names that no table can have, names of which two are the same, and
     * too many of them.
     *
     * @param topics all that are known
     */
    public List<Problem> findProblems(Database database, Collection<String> topics) throws SQLException {
        List<Problem> problems = new ArrayList<>();
        Map<TableName, String> owners = new HashMap<>();
        for (ProjectionDefinition definition : fixed) {
            for (TableName table : tablesOf(definition).keySet()) {
                owners.put(
                        resolve(database, table),
                        "the projection " + definition.basics().name());
            }
        }
        int views = 0;
        for (ProjectionDefinition definition : patterns) {
            for (String topic : new TreeSet<>(topics)) {
                if (pattern(definition).matches(topic)) {
                    views++;
                    addProblems(database, definition, topic, owners, problems);
                }
            }
        }
        if (views > mostViews) {
            problems.add(new Problem(
                    patterns.get(0).basics().nameOf(CommonOptions.TOPICS),
                    "the topics give " + views + " views, expected at most " + mostViews
                            + " (topic.views.max). Restrict the pattern or topics.regex, or raise the limit"));
        }
        return problems;
    }

    private static void addProblems(
            Database database,
            ProjectionDefinition definition,
            String topic,
            Map<TableName, String> owners,
            List<Problem> problems)
            throws SQLException {
        ProjectionDefinition ofTopic;
        try {
            ofTopic = ofTopic(definition, topic);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(definition.basics().nameOf(CommonOptions.TOPICS), String.valueOf(e.getMessage())));
            return;
        }
        for (Map.Entry<TableName, String> table : tablesOf(ofTopic).entrySet()) {
            Optional<String> tooLong = database.dialect().findLongName(table.getKey());
            if (tooLong.isPresent()) {
                problems.add(new Problem(
                        table.getValue(),
                        "the topic " + topic + " gives a table whose name is too long: " + tooLong.get()));
                continue;
            }
            String owner = owners.putIfAbsent(resolve(database, table.getKey()), "the topic " + topic);
            if (owner != null) {
                problems.add(new Problem(
                        table.getValue(),
                        "the topic " + topic + " and " + owner + " give the same table " + table.getKey()
                                + "; each topic needs a table of its own"));
            }
        }
    }

    private static TableName resolve(Database database, TableName table) throws SQLException {
        return database.dialect().identify(database.connection(), table).name();
    }
}
