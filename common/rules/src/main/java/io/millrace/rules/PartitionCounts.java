package io.millrace.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The number of partitions of topics, which neither a transform nor a source task can query: the option
 * {@code topic.partitions}. The first entry whose expression matches a topic's whole name applies.
 *
 * <pre>
 * option = entry { "," entry }
 * entry  = expression "=" number
 * </pre>
 */
record PartitionCounts(List<Entry> entries) {
    /** No topic's number. */
    static final PartitionCounts NONE = new PartitionCounts(List.of());

    private static final int MAX = 1_000_000;

    PartitionCounts {
        entries = List.copyOf(entries);
    }

    /**
     * The number of some topics.
     *
     * @param topics matches their whole names
     * @param count their number of partitions
     */
    record Entry(Pattern topics, int count) {
        private static Entry parse(String text) {
            int equals = text.lastIndexOf('=');
            String number = text.substring(equals + 1).strip();
            if (equals <= 0 || !number.matches("[1-9][0-9]{0,6}") || Integer.parseInt(number) > MAX) {
                throw new IllegalArgumentException(
                        "expected a topic and its number of partitions, as in orders=12, found '" + text + "'");
            }
            try {
                return new Entry(Pattern.compile(text.substring(0, equals).strip()), Integer.parseInt(number));
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "'" + text.substring(0, equals) + "' is not a regular expression: " + e.getDescription(), e);
            }
        }
    }

    /**
     * Parses the option.
     *
     * @throws IllegalArgumentException if an entry has another form
     */
    static PartitionCounts parse(List<String> option) {
        List<Entry> entries = new ArrayList<>();
        option.forEach(entry -> entries.add(Entry.parse(entry)));
        return new PartitionCounts(entries);
    }

    /** The topic's number of partitions; empty if no entry matches it. */
    OptionalInt find(String topic) {
        for (Entry entry : entries) {
            if (entry.topics().matcher(topic).matches()) {
                return OptionalInt.of(entry.count());
            }
        }
        return OptionalInt.empty();
    }
}
