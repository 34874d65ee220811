package io.millrace.rules;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * The contract of a rule's events, for one definition of its table.
 *
 * @param type the event's type, as {@code ce_type} carries it
 * @param table the table of the changes, as {@code database.table}
 * @param topic its topic; the expression if it is computed
 * @param allowedTopics the regular expression that a computed topic matches; empty for a topic that has a name
 * @param source its {@code ce_source}
 * @param key the key's schema; empty for a null key
 * @param value the event's schema; empty for a tombstone
 * @param revision whether it carries {@code ce_revision}
 * @param snapshot whether the rule matches rows of a snapshot, which carry {@code ce_snapshot}
 * @param headers the headers of the rule's own, each of which may be missing
 */
public record EventContract(
        String type,
        String table,
        String topic,
        Optional<String> allowedTopics,
        String source,
        Optional<Schema> key,
        Optional<Schema> value,
        boolean revision,
        boolean snapshot,
        List<Header> headers) {
    /** Copies the headers. */
    public EventContract {
        headers = List.copyOf(headers);
    }

    /**
     * A header.
     *
     * @param name its name
     * @param type its declared type; empty for a text
     */
    public record Header(String name, Optional<Schema> type) {}
}
