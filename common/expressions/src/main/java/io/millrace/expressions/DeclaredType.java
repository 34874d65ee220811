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
        Schema schema = parser.parseType();
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.syntaxError("the end of the type");
        }
        return schema;
    }

    private Schema parseType() {
        skipSpace();
        SchemaBuilder builder;
        if (takeMark('[')) {
            builder = SchemaBuilder.array(parseType());
            expectMark(']');
        } else if (takeMark('{')) {
            builder = parseStruct();
        } else {
            builder = parseNamed(readWord("a type"));
        }
        skipSpace();
        return (takeMark('?') ? builder.optional() : builder).build();
    }

    private SchemaBuilder parseStruct() {
        SchemaBuilder builder = SchemaBuilder.struct();
        names.nextName(way).ifPresent(builder::name);
        String outside = way;
        do {
            String name = readWord("a name");
            expectMark(':');
            if (builder.field(name) != null) {
                throw new InvalidExpressionException("the type " + text + " has '" + name + "' twice");
            }
            way = outside + "_" + name;
            builder.field(name, parseType());
            skipSpace();
        } while (takeMark(','));
        way = outside;
        expectMark('}');
        return builder;
    }

    private SchemaBuilder parseNamed(String name) {
        return switch (name) {
            case "string" -> SchemaBuilder.string();
            case "boolean" -> SchemaBuilder.bool();
            case "int32" -> SchemaBuilder.int32();
            case "int64" -> SchemaBuilder.int64();
            case "float64" -> SchemaBuilder.float64();
            case "bytes" -> SchemaBuilder.bytes();
            case "date" -> Date.builder();
            case "timestamp" -> Timestamp.builder();
            case "decimal" -> Decimal.builder(parseScale());
            case "map" -> {
                expectMark('(');
                Schema values = parseType();
                expectMark(')');
                yield SchemaBuilder.map(Schema.STRING_SCHEMA, values);
            }
            default ->
                throw new InvalidExpressionException("unknown type '" + name + "'; expected string, boolean, int32, "
                        + "int64, float64, bytes, date, timestamp, decimal(scale), [type], {name: type} or map(type)");
        };
    }

    private int parseScale() {
        expectMark('(');
        String digits = readWord("a scale");
        expectMark(')');
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new InvalidExpressionException("the scale of a decimal is a number, found '" + digits + "'");
        }
    }

    private String readWord(String expected) {
        skipSpace();
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw syntaxError(expected);
        }
        return text.substring(start, at);
    }

    private void expectMark(char c) {
        skipSpace();
        if (!takeMark(c)) {
            throw syntaxError("'" + c + "'");
        }
    }

    private boolean takeMark(char c) {
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

    private InvalidExpressionException syntaxError(String expected) {
        return new InvalidExpressionException("in the type '" + text + "' at character " + (at + 1) + ": expected "
                + expected + ", found " + (at < text.length() ? "'" + text.charAt(at) + "'" : "the end"));
    }
}
