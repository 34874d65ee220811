package io.millrace.payloads.connect;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * The content that a payload's structure stands for, see {@link PayloadSchema}. One content may be stored at several places: on
 * another day, in a fallback store, or by a writer that has forgotten the first place.
 *
 * @param format what the value is
 * @param size the value's bytes
 * @param sha256 of these bytes
 */
public record PayloadContent(String format, long size, String sha256) {
    /** The content of a value of a record; empty if the value is not a payload. */
    public static Optional<PayloadContent> of(@Nullable Object value) {
        if (value instanceof Struct struct && PayloadSchema.describes(struct.schema())) {
            return of(
                    struct.getWithoutDefault(PayloadSchema.FORMAT),
                    struct.getWithoutDefault(PayloadSchema.SIZE),
                    struct.getWithoutDefault(PayloadSchema.SHA256));
        }
        return value instanceof Map<?, ?> map && PayloadSchema.describes(map)
                ? of(map.get(PayloadSchema.FORMAT), map.get(PayloadSchema.SIZE), map.get(PayloadSchema.SHA256))
                : Optional.empty();
    }

    private static Optional<PayloadContent> of(
            @Nullable Object format, @Nullable Object size, @Nullable Object sha256) {
        return format instanceof String && size instanceof Number bytes && sha256 instanceof String
                ? Optional.of(new PayloadContent(Objects.toString(format), bytes.longValue(), Objects.toString(sha256)))
                : Optional.empty();
    }
}
