package io.millrace.payloads.connect;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The structure that replaces a field whose values may be large. It is the same for a small value, which stays, and for
 * a large value, which is stored. So the schema does not change with the size, and mappings can select the structure's
 * parts.
 *
 * <pre>
 * payload     = { "format": format, "inline": value / null, "uri": string / null, "size": int64, "sha256": string,
 *                 "codec": string / null, "contentType": string / null }
 * format      = "io.millrace.payload.v1.bytes" / "io.millrace.payload.v1.string"
 *                            ; what the value is, also if it travels without a schema
 * inline      = the value, if it is small; null if it is stored
 * uri         = where it is stored; null if it is inline
 * size        = how many bytes the value has; of a string, in UTF-8
 * sha256      = 64( DIGIT / %x61-66 )
 *                            ; of these bytes; if a string cannot be written in UTF-8, with "?" for what cannot
 * codec       = "none" / "gzip" / "lz4" / "zstd"
 *                            ; how it is compressed if it is stored; null if it is inline
 * contentType = its media type, if one is configured
 * </pre>
 *
 * With a schema this is a Struct with these seven fields in this order, and optional if the value's own schema was. The
 * field {@code inline} has the value's own schema: its name, version, doc and parameters, optional, without its
 * default. The default is in the Struct's parameter {@code io.millrace.payload.default}, bytes in base64. So the
 * original schema can be made again. The schema's name is
 *
 * <pre>
 * name        = "io.millrace.payload.v1." [ record "_" ] path
 * record      = the name of the nearest structure round the field that has one
 * path        = the names of the fields from there, with "_" between them
 * </pre>
 *
 * so that {@code before} and {@code after} of Debezium's envelope share one, and different columns do not. Without a
 * schema it is a Map with the same seven keys. A value that is null is null, and no payload.
 */
public final class PayloadSchema {
    /** The prefix of the names of payloads' schemas and of their formats. */
    public static final String PREFIX = "io.millrace.payload.v1.";

    public static final String FORMAT = "format";
    public static final String INLINE = "inline";
    public static final String URI = "uri";
    public static final String SIZE = "size";
    public static final String SHA256 = "sha256";
    public static final String CODEC = "codec";
    public static final String CONTENT_TYPE = "contentType";

    /** The parameter that keeps the default of the original schema. */
    public static final String DEFAULT_PARAMETER = "io.millrace.payload.default";

    private static final Set<String> PARTS = Set.of(FORMAT, INLINE, URI, SIZE, SHA256, CODEC, CONTENT_TYPE);

    private PayloadSchema() {}

    /**
     * The schema of a field whose values may be large.
     *
     * @param name what comes behind {@link #PREFIX}
     * @param original the field's own schema, of plain bytes or strings
     */
    public static Schema of(String name, Schema original) {
        SchemaBuilder builder = SchemaBuilder.struct()
                .name(PREFIX + name)
                .field(FORMAT, Schema.STRING_SCHEMA)
                .field(INLINE, with(original, true, null))
                .field(URI, Schema.OPTIONAL_STRING_SCHEMA)
                .field(SIZE, Schema.INT64_SCHEMA)
                .field(SHA256, Schema.STRING_SCHEMA)
                .field(CODEC, Schema.OPTIONAL_STRING_SCHEMA)
                .field(CONTENT_TYPE, Schema.OPTIONAL_STRING_SCHEMA);
        if (original.isOptional()) {
            builder.optional();
        }
        if (original.defaultValue() != null) {
            builder.parameter(DEFAULT_PARAMETER, text(original.defaultValue()));
        }
        return builder.build();
    }

    /** Whether values of this schema can become payloads: plain bytes, or strings. */
    public static boolean fits(Schema schema) {
        return schema.type() == Schema.Type.STRING
                || (schema.type() == Schema.Type.BYTES && !Decimal.LOGICAL_NAME.equals(schema.name()));
    }

    /** Whether values of this schema are payloads. */
    public static boolean describes(Schema schema) {
        return schema.type() == Schema.Type.STRUCT
                && schema.name() != null
                && schema.name().startsWith(PREFIX);
    }

    /**
     * Whether a value without a schema is a payload: a map that has the parts of one and no other. A map in which only some of the
     * keys look like those of a payload is data, and so is one whose small value has another size or hash.
     */
    public static boolean describes(@Nullable Object value) {
        return value instanceof Map<?, ?> map
                && map.get(FORMAT) instanceof String format
                && isFormat(format)
                && map.containsKey(SIZE)
                && map.containsKey(SHA256)
                && (map.containsKey(URI) || map.containsKey(INLINE))
                && PARTS.containsAll(map.keySet())
                && (map.get(INLINE) == null || map.get(URI) != null || FieldPayload.hasOwnContent(map));
    }

    /**
     * The schema that the field had before.
     *
     * @param payload one that {@link #describes} payloads
     * @throws DataException if something is missing
     */
    public static Schema original(Schema payload) {
        Field inline = payload.field(INLINE);
        if (inline == null || !fits(inline.schema())) {
            throw new DataException(payload.name() + " has no field '" + INLINE + "' of bytes or a string");
        }
        String text = payload.parameters() == null ? null : payload.parameters().get(DEFAULT_PARAMETER);
        return with(inline.schema(), payload.isOptional(), text == null ? null : value(inline.schema(), text));
    }

    static String format(Schema.Type type) {
        return PREFIX + (type == Schema.Type.BYTES ? "bytes" : "string");
    }

    private static boolean isFormat(String text) {
        return text.equals(format(Schema.Type.BYTES)) || text.equals(format(Schema.Type.STRING));
    }

    private static Schema with(Schema schema, boolean optional, @Nullable Object defaultValue) {
        return new ConnectSchema(
                schema.type(),
                optional,
                defaultValue,
                schema.name(),
                schema.version(),
                schema.doc(),
                schema.parameters() == null ? null : new TreeMap<>(schema.parameters()),
                null,
                null,
                null);
    }

    private static String text(Object value) {
        return value instanceof String text ? text : Base64.getEncoder().encodeToString(FieldBytes.bytes(value));
    }

    private static Object value(Schema schema, String text) {
        if (schema.type() == Schema.Type.STRING) {
            return text;
        }
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new DataException("Parameter " + DEFAULT_PARAMETER + " is not in base64", e);
        }
    }
}
