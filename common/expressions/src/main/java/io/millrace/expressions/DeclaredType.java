package io.millrace.expressions;

import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Reads the type of a field as it is written in a list of fields.
 *
 * <pre>
 * type   = ( scalar | "[" type "]" | "{" name ":" type { "," name ":" type } "}" | "map(" type ")" ) [ "?" ]
 * scalar = "string" | "boolean" | "int32" | "int64" | "float64" | "bytes"
 *        | "date" | "timestamp" | "decimal(" scale ")"
 * </pre>
 *
 * {@code ?} makes it optional. {@code date}, {@code timestamp} and {@code decimal} are Connect's logical types.
 */
final class DeclaredType {
    private final String text;
    private final StructureNames names;
    private String way;
    private int at;

    private DeclaredType(String text, String field, StructureNames names) {
        this.text = text;
        this.way = field;
        this.names = names;
    }

    /** The schema that the text declares for this field, the structures in it under these names. */
    static Schema parse(String text, String field, StructureNames names) {
        DeclaredType parser = new DeclaredType(text, field, names);
        Schema schema = parser.type();
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.wrong("the end of the type");
        }
        return schema;
    }

    private Schema type() {
        skipSpace();
        SchemaBuilder builder;
        if (take('[')) {
            builder = SchemaBuilder.array(type());
            expect(']');
        } else if (take('{')) {
            builder = struct();
        } else {
            builder = named(word("a type"));
        }
        skipSpace();
        return (take('?') ? builder.optional() : builder).build();
    }

    private SchemaBuilder struct() {
        SchemaBuilder builder = SchemaBuilder.struct();
        names.next(way).ifPresent(builder::name);
        String outside = way;
        do {
            String name = word("a name");
            expect(':');
            if (builder.field(name) != null) {
                throw new InvalidExpressionException("the type " + text + " has '" + name + "' twice");
            }
            way = outside + "_" + name;
            builder.field(name, type());
            skipSpace();
        } while (take(','));
        way = outside;
        expect('}');
        return builder;
    }

    private SchemaBuilder named(String name) {
        return switch (name) {
            case "string" -> SchemaBuilder.string();
            case "boolean" -> SchemaBuilder.bool();
            case "int32" -> SchemaBuilder.int32();
            case "int64" -> SchemaBuilder.int64();
            case "float64" -> SchemaBuilder.float64();
            case "bytes" -> SchemaBuilder.bytes();
            case "date" -> Date.builder();
            case "timestamp" -> Timestamp.builder();
            case "decimal" -> Decimal.builder(scale());
            case "map" -> {
                expect('(');
                Schema values = type();
                expect(')');
                yield SchemaBuilder.map(Schema.STRING_SCHEMA, values);
            }
            default ->
                throw new InvalidExpressionException("unknown type '" + name + "'; expected string, boolean, int32, "
                        + "int64, float64, bytes, date, timestamp, decimal(scale), [type], {name: type} or map(type)");
        };
    }

    private int scale() {
        expect('(');
        String digits = word("a scale");
        expect(')');
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new InvalidExpressionException("the scale of a decimal is a number, found '" + digits + "'");
        }
    }

    private String word(String expected) {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw wrong(expected);
        }
        return text.substring(start, at);
    }

    private void expect(char c) {
        skipSpace();
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private InvalidExpressionException wrong(String expected) {
        return new InvalidExpressionException("in the type '" + text + "' at character " + (at + 1) + ": expected "
                + expected + ", found " + (at < text.length() ? "'" + text.charAt(at) + "'" : "the end"));
    }
}
