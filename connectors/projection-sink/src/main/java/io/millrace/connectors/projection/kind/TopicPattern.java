package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.NamePattern;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The topics of a projection, as a pattern: each topic that it matches has tables of its own. The names of the tables
 * contain the parts of the topic's name, as {@code {part}}. Immutable.
 */
public final class TopicPattern {
    private static final Pattern REFERENCE = Pattern.compile("\\{([^{}]*)}");

    /** Every database takes them, and they do not depend on quotes inside a name. */
    private static final Pattern PERMITTED = Pattern.compile("[A-Za-z0-9_$-]+");

    private final String text;
    private final NamePattern names;

    private TopicPattern(String text) {
        this.text = text;
        this.names = NamePattern.parse(text, List.of(), List.of());
    }

    /** The pattern, if the topics are one. */
    static Optional<TopicPattern> find(Collection<String> topics) {
        return topics.stream().filter(NamePattern::isPattern).findFirst().map(TopicPattern::new);
    }

    /**
     * Requires names of topics, or one pattern that names parts.
     *
     * @throws IllegalArgumentException with the reason
     */
    static void requireTopics(List<String> topics) {
        Optional<TopicPattern> pattern = find(topics);
        if (pattern.isEmpty()) {
            return;
        }
        if (topics.size() > 1) {
            throw new IllegalArgumentException("expected names of topics, or one pattern alone, which cannot contain a"
                    + " comma; found the pattern '" + pattern.get() + "' and further topics");
        }
        if (pattern.get().names.parts().isEmpty()) {
            throw new IllegalArgumentException("expected a part such as {tenant} in the pattern '" + pattern.get()
                    + "', for the names of the views");
        }
    }

    /** Whether a topic matches. */
    public boolean matches(String topic) {
        return names.match(topic).isPresent();
    }

    /** Why the name of a table does not differ from topic to topic; empty if it does. */
    public Optional<String> findObstacle(TableName table) {
        List<String> used = REFERENCE
                .matcher(table.toString())
                .results()
                .map(reference -> reference.group(1))
                .toList();
        if (used.isEmpty()) {
            return Optional.of("expected a part of the pattern '" + text + "' in the name " + table
                    + ", one of " + names.parts() + ", as in '" + table.table() + "_{"
                    + names.parts().get(0) + "}': each topic has a view of its own");
        }
        return used.stream()
                .filter(part -> !names.parts().contains(part))
                .findFirst()
                .map(part -> "expected one of the parts " + names.parts() + " of the pattern '" + text + "', found {"
                        + part + "} in the name " + table);
    }

    /**
     * The name of a topic's table.
     *
     * @param table the name with parts
     * @param topic one that matches
     * @throws IllegalArgumentException if a part of the topic's name cannot be in the name of a table
     */
    public TableName nameTable(TableName table, String topic) {
        Map<String, String> parts = names.match(topic).orElseThrow();
        String database = table.database();
        return new TableName(
                database == null ? null : replace(database, parts, topic), replace(table.table(), parts, topic));
    }

    private static String replace(String name, Map<String, String> parts, String topic) {
        return REFERENCE
                .matcher(name)
                .replaceAll(reference -> Matcher.quoteReplacement(requirePart(reference, parts, topic)));
    }

    private static String requirePart(MatchResult reference, Map<String, String> parts, String topic) {
        String text = parts.getOrDefault(reference.group(1), "");
        if (!PERMITTED.matcher(text).matches()) {
            throw new IllegalArgumentException("the part {" + reference.group(1) + "} of the topic " + topic + " is '"
                    + text + "'; expected letters, digits, _, $ and - in the name of a table. Restrict the part, as in"
                    + " {" + reference.group(1) + ":[a-z0-9]+}, or rename the topic");
        }
        return text;
    }

    /** Whether a table may be one of a topic's. */
    public boolean mayName(TableName template, TableName table) {
        StringBuilder expression = new StringBuilder();
        int end = 0;
        Matcher reference = REFERENCE.matcher(template.table());
        while (reference.find()) {
            expression.append(Pattern.quote(template.table().substring(end, reference.start())));
            expression.append(".+");
            end = reference.end();
        }
        expression.append(Pattern.quote(template.table().substring(end)));
        return Pattern.compile(expression.toString(), Pattern.CASE_INSENSITIVE)
                .matcher(table.table())
                .matches();
    }

    /** As the option has it. */
    @Override
    public String toString() {
        return text;
    }
}
