package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import io.millrace.expressions.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A rule that makes one type of event of one kind of change.
 *
 * @param type the event's type, without its version
 * @param version the version of the event's schema
 * @param typeHeader the type as {@code ce_type} carries it
 * @param table the tables whose changes match
 * @param operations the operations that match
 * @param condition the condition for those changes; empty if all match
 * @param key the fields of the event's key; if there are none, the key is null
 * @param fields the fields of the event; empty if the event is a tombstone
 * @param routing topic, partition, timestamp and headers of the event
 * @param revision the entity's version, if it has one
 * @param also whether it makes an event in addition to that of an earlier rule
 */
record Rule(
        String type,
        int version,
        String typeHeader,
        TablePattern table,
        Set<Operation> operations,
        Optional<Condition> condition,
        List<Field> key,
        Optional<List<Field>> fields,
        EventRouting routing,
        Optional<Expression> revision,
        boolean also) {

    /** The name of the schema of keys in this topic; of a computed topic, that of the table, so that all topics have one schema. */
    static String keyName(EventTopic topic, TablePattern table) {
        return legalName(topic.expression().isPresent() ? table.plainName() : topic.toString()) + ".Key";
    }

    /** The name of the schema of the event's key. */
    String keyName() {
        return keyName(routing.topic(), table);
    }

    /** The name of the event's schema: the type with its version, so that a registry has a schema for each version. */
    String schemaName() {
        return schemaName(typeHeader);
    }

    /** The name of the schema of events with this {@code ce_type}. */
    static String schemaName(String typeHeader) {
        return legalName(typeHeader);
    }

    /**
     * The text as Avro and Protobuf can have it: names of letters, digits and underscores, none with a digit first, joined by
     * dots.
     */
    private static String legalName(String text) {
        return Arrays.stream(text.split("\\.", -1))
                .map(part -> part.replaceAll("[^A-Za-z0-9_]", "_"))
                .map(part -> part.isEmpty() || Character.isDigit(part.charAt(0)) ? "_" + part : part)
                .collect(Collectors.joining("."));
    }

    /** The paths that all its expressions read. */
    Set<Path> readPaths() {
        Set<Path> paths = new LinkedHashSet<>();
        condition.ifPresent(when -> paths.addAll(when.paths()));
        key.forEach(field -> paths.addAll(field.expression().paths()));
        fields.ifPresent(
                list -> list.forEach(field -> paths.addAll(field.expression().paths())));
        revision.ifPresent(value -> paths.addAll(value.paths()));
        routing.expressions().forEach(value -> paths.addAll(value.paths()));
        return paths;
    }

    @Override
    public String toString() {
        return typeHeader;
    }
}
