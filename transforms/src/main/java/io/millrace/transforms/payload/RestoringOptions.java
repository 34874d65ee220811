package io.millrace.transforms.payload;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** The options of {@code RestorePayload}. */
public final class RestoringOptions {
    public static final String MODE_VALUE = "value";
    public static final String MODE_PRESIGNED_URL = "presigned-url";
    public static final String MODE_REFERENCE = "reference";

    /** S3 accepts no signature for longer. */
    private static final long LONGEST_VALIDITY_MS = 7L * 24 * 60 * 60 * 1000;

    public static final Option<String> MODE = Option.string("mode")
            .oneOf(MODE_VALUE, MODE_PRESIGNED_URL, MODE_REFERENCE)
            .defaultTo(MODE_VALUE)
            .crossChecked(RestoringOptions::requireS3ForUrls)
            .medium("The replacement of a payload: 'value', the original value; 'presigned-url', a string with a URL "
                    + "from which everyone can read it, only in S3; 'reference', nothing: the payload stays as it "
                    + "is.");

    public static final Option<Long> URL_VALIDITY_MS = Option.int64("presigned.url.validity.ms")
            .defaultTo(3_600_000L)
            .between(1_000L, LONGEST_VALIDITY_MS)
            .low("How long a presigned URL is valid; not longer than the credentials that signed it.");

    public static final OptionSet ALL = PayloadOptions.READING.and(FieldOptions.RESTORED_FIELDS, MODE, URL_VALIDITY_MS);

    private RestoringOptions() {}

    private static void requireS3ForUrls(String option, Map<String, Object> values) {
        List<String> locations = PayloadOptions.READ_LOCATIONS.find(values).orElse(List.of());
        if (MODE_PRESIGNED_URL.equals(values.get(option))
                && !locations.isEmpty()
                && locations.stream().noneMatch(location -> location.startsWith("s3:"))) {
            throw new ConfigException(
                    option, MODE_PRESIGNED_URL, "None of " + PayloadOptions.READ_LOCATIONS + " is in S3: " + locations);
        }
    }
}
