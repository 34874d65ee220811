package io.millrace.transforms.payload;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The options of {@code RestorePayload}. */
public final class RestoringOptions {
    public static final String MODE = "mode";
    public static final String URL_VALIDITY_MS = "presigned.url.validity.ms";

    public static final String MODE_VALUE = "value";
    public static final String MODE_PRESIGNED_URL = "presigned-url";
    public static final String MODE_REFERENCE = "reference";

    /** No signature of S3's holds for longer. */
    private static final long LONGEST_VALIDITY_MS = 7L * 24 * 60 * 60 * 1000;

    public static final ConfigDef DEFINITION = FieldOptions.restoring(PayloadOptions.reading(new ConfigDef()))
            .define(
                    MODE,
                    ConfigDef.Type.STRING,
                    MODE_VALUE,
                    ConfigDef.ValidString.in(MODE_VALUE, MODE_PRESIGNED_URL, MODE_REFERENCE),
                    Importance.MEDIUM,
                    "What a payload becomes: 'value', what it was; 'presigned-url', a string with a URL that anybody can"
                            + " read it from, of S3 only; 'reference', nothing else than it is.",
                    null,
                    -1,
                    ConfigDef.Width.SHORT,
                    MODE,
                    new UrlsNeedS3())
            .define(
                    URL_VALIDITY_MS,
                    ConfigDef.Type.LONG,
                    3_600_000L,
                    ConfigDef.Range.between(1_000L, LONGEST_VALIDITY_MS),
                    Importance.LOW,
                    "How long a presigned URL can be used; not longer than the credentials that signed it.");

    private RestoringOptions() {}

    /**
     * Checks the mode beside the locations.
     *
     * @throws ConfigException where URLs are asked for and no location has any
     */
    public static void check(Map<String, ?> parsed) {
        if (MODE_PRESIGNED_URL.equals(parsed.get(MODE))
                && parsed.get(PayloadOptions.READ_LOCATIONS) instanceof List<?> locations
                && locations.stream().noneMatch(location -> location.toString().startsWith("s3:"))) {
            throw new ConfigException(
                    MODE, MODE_PRESIGNED_URL, "None of " + PayloadOptions.READ_LOCATIONS + " is in S3: " + locations);
        }
    }

    /** ConfigDef asks recommenders when it validates, with all values at hand, and reports what they object to. */
    private static final class UrlsNeedS3 implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String option, Map<String, Object> parsed) {
            check(parsed);
            return List.of(MODE_VALUE, MODE_PRESIGNED_URL, MODE_REFERENCE);
        }

        @Override
        public boolean visible(String option, Map<String, Object> parsed) {
            return true;
        }
    }
}
