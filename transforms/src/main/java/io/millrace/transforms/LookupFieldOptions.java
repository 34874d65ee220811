package io.millrace.transforms;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.LookupExpression;
import io.millrace.expressions.LookupTable;
import io.millrace.lookups.LookupOptions;
import io.millrace.lookups.Lookups;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** The options of {@link Lookup}. */
final class LookupFieldOptions {
    /** The effect of a record whose key a table does not have. */
    enum Missing {
        NULL,
        REFUSE,
        DROP
    }

    static final Option<String> FIELDS = Option.string("fields")
            .required()
            .crossChecked(LookupFieldOptions::checkFields)
            .high("The fields to add to the record's value, as a list of name = lookup('TABLE', KEY) for a structure of"
                    + " the table's fields, or name = lookup('TABLE', KEY).FIELD. KEY is an expression over key,"
                    + " value, headers and topic.");

    static final Option<Missing> ON_MISSING = Option.choice("on.missing", Missing.class)
            .defaultTo("null")
            .medium("The effect if a table does not have the key: the field is null, the record is refused, or it is"
                    + " dropped.");

    static final OptionSet ALL = OptionSet.of(FIELDS, ON_MISSING).and(LookupOptions.ALL);

    private LookupFieldOptions() {}

    private static void checkFields(String option, Map<String, Object> values) {
        if (values.get(option) instanceof String list) {
            parse(list, Lookups.findTables(values));
        }
    }

    /**
     * The fields.
     *
     * @throws ConfigException naming the option, with the reason
     */
    static List<Field> parse(String list, Collection<LookupTable> tables) {
        try {
            List<Field> fields = new ExpressionCompiler(LookupScope.VARIABLES)
                    .withLookups(tables)
                    .fields(list, "value");
            for (Field field : fields) {
                if (!(field.expression() instanceof LookupExpression)) {
                    throw new InvalidExpressionException("field '" + field.name()
                            + "': expected lookup('TABLE', KEY) or lookup('TABLE', KEY).FIELD, without a type: the field"
                            + " has that of the table");
                }
            }
            return fields;
        } catch (InvalidExpressionException e) {
            throw new ConfigException(FIELDS.name(), list, e.getMessage());
        }
    }
}
