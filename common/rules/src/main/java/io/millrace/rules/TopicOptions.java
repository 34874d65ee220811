package io.millrace.rules;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The options of the topics to which rules send their events.
 *
 * @param allowed matches every topic that a computed name may have; empty if no rule may compute one
 * @param partitions the topics' numbers of partitions
 */
record TopicOptions(Optional<Pattern> allowed, PartitionCounts partitions) {
    static final Option<Pattern> ALLOWED = Option.string("topic.allowed")
            .as("a regular expression", TopicOptions::compile)
            .medium("The topics that a rule with a computed topic may name, as a regular expression that matches the "
                    + "whole name, such as orders-(eu|us). A change for which another name is computed is refused, "
                    + "so that data cannot create topics. Required if a rule computes its topic.");
    static final Option<PartitionCounts> PARTITIONS = Option.list("topic.partitions")
            .as("topic=number,…", PartitionCounts::parse)
            .defaultTo("")
            .medium("The numbers of partitions of the topics of rules with partition.by, as in orders=12,"
                    + "payments-.+=6. A topic is a regular expression without commas that matches the whole name; "
                    + "the first match applies. The value must be the topic's real number: with a larger one, "
                    + "producing to a missing partition does not succeed; with a smaller one, the other partitions "
                    + "stay empty. millrace check compares it with the cluster.");

    static final OptionSet OPTIONS = OptionSet.of(ALLOWED, PARTITIONS);

    /** Without any of them. */
    static final TopicOptions NONE = new TopicOptions(Optional.empty(), PartitionCounts.NONE);

    /** The options among parsed ones. */
    static TopicOptions of(Map<String, ?> values) {
        return new TopicOptions(ALLOWED.find(values), PARTITIONS.find(values).orElse(PartitionCounts.NONE));
    }

    private static Pattern compile(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression: " + e.getDescription(), e);
        }
    }
}
