package io.millrace.transforms.official;

import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one kind of change becomes one type of event.
 *
 * @param type the event's type, without its version
 * @param version the version of the event's schema
 * @param typeHeader the type as {@code ce_type} carries it
 * @param table whose changes are meant
 * @param operations which operations are meant
 * @param condition which of those changes are meant; empty means all
 * @param key the fields of the event's key; none means a null key
 * @param fields the fields of the event; empty means that the event is a tombstone
 * @param topic where the event goes
 * @param revision the entity's version, if it has one
 */
record Rule(
        String type,
        int version,
        String typeHeader,
        Table table,
        Set<Operation> operations,
        Optional<Condition> condition,
        List<Field> key,
        Optional<List<Field>> fields,
        String topic,
        Optional<Expression> revision) {

    /** The name of the schema of keys in this topic. */
    static String keyName(String topic) {
        return topic + ".Key";
    }

    @Override
    public String toString() {
        return typeHeader;
    }
}
