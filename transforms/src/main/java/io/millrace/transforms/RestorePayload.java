package io.millrace.transforms;

import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.payloads.connect.RestoredFields;
import io.millrace.transforms.payload.RestoringOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Restores the values that {@link ClaimCheck} and {@link ChunkPayload} stored: each field gets its original value, byte
 * for byte, with its original schema.
 *
 * <pre>{@code
 * "transforms": "restore",
 * "transforms.restore.type": "io.millrace.transforms.RestorePayload",
 * "transforms.restore.payload.read.locations": "s3://shop-payloads/changes"
 * }</pre>
 *
 * <p>Payloads are found by their format field, at any depth, with schemas and without. Only the locations that are
 * configured are read; size and hash are verified. Records without payloads pass as they are.
 *
 * <p>Throws {@code DataException} if a payload is malformed, refers to another location, is missing or differs from its
 * reference, {@code ConnectException} if the store was not available within the retry timeout; both name topic,
 * partition and offset and the path, and no part of the payload. Used by one thread, as Connect does.
 *
 * @param <R> the record's type
 */
public final class RestorePayload<R extends ConnectRecord<R>> implements Transformation<R> {
    private static final ConfigDef VALIDATED = AnsweringConfigDef.of(RestoringOptions.ALL.definition());

    private @Nullable PayloadReader reader;
    /** Null if payloads stay references. */
    private @Nullable RestoredFields fields;

    @Override
    public void configure(Map<String, ?> options) {
        AbstractConfig config = RestoringOptions.ALL.read(options);
        List<FieldPath> paths = FieldOptions.RESTORED_FIELDS.get(config);
        PayloadReader opened = Payloads.openReader(config, "RestorePayload");
        reader = opened;
        opened.warnIfUnusable();
        String mode = RestoringOptions.MODE.get(config);
        fields = switch (mode) {
            case RestoringOptions.MODE_VALUE -> RestoredFields.values(paths, opened);
            case RestoringOptions.MODE_PRESIGNED_URL ->
                RestoredFields.presignedUrls(
                        paths, opened, Duration.ofMillis(RestoringOptions.URL_VALIDITY_MS.get(config)));
            default -> null;
        };
    }

    @Override
    public R apply(R record) {
        if (reader == null) {
            throw new ConnectException("RestorePayload was given a record before its configuration");
        }
        return fields == null ? record : fields.restoreNow(record);
    }

    @Override
    public ConfigDef config() {
        return VALIDATED;
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
