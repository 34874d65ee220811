package io.millrace.transforms.official;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * What a rule promises of its events, for a table of one definition.
 *
 * @param type the event's type, as {@code ce_type} carries it
 * @param table whose changes become the event, as {@code database.table}
 * @param topic where it goes
 * @param source its {@code ce_source}
 * @param key the key's schema; empty for a null key
 * @param value the event's schema; empty for a tombstone
 * @param revision whether it carries {@code ce_revision}
 * @param snapshot whether rows of a snapshot become it, which carry {@code ce_snapshot}
 */
public record EventContract(
        String type,
        String table,
        String topic,
        String source,
        Optional<Schema> key,
        Optional<Schema> value,
        boolean revision,
        boolean snapshot) {}
