package io.millrace.payloads;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where a store is: {@code s3://BUCKET}, {@code s3://BUCKET/PREFIX}, {@code kafka:TOPIC} or {@code file:/FOLDER}.
 *
 * @param scheme which kind of store
 * @param place the bucket, the topic or the folder
 * @param prefix what the names of a bucket's objects begin with; empty, or without a slash at its ends
 */
record StoreLocation(Scheme scheme, String place, String prefix) {
    /** The kinds of stores. */
    enum Scheme {
        S3,
        KAFKA,
        FILE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern S3 =
            Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9!_.*'()=/-]*))?");
    private static final Pattern KAFKA = Pattern.compile("kafka:([A-Za-z0-9._-]{1,249})");
    private static final Pattern FOLDER = Pattern.compile("file:(/[^\\x00-\\x20\\x7f-\\uffff]*)");

    /**
     * Reads an option's value.
     *
     * @throws ConfigException where it is no location
     */
    static StoreLocation parse(String option, String text) {
        Matcher s3 = S3.matcher(text);
        if (s3.matches()) {
            String prefix = s3.group(2) == null ? "" : s3.group(2);
            while (prefix.endsWith("/")) {
                prefix = prefix.substring(0, prefix.length() - 1);
            }
            if (prefix.startsWith("/") || prefix.contains("//") || prefix.matches("(.*/)?\\.{1,2}(/.*)?")) {
                throw new ConfigException(option, text, "The prefix has an empty part, or one that is . or ..");
            }
            return new StoreLocation(Scheme.S3, s3.group(1), prefix);
        }
        Matcher kafka = KAFKA.matcher(text);
        if (kafka.matches()) {
            return new StoreLocation(Scheme.KAFKA, kafka.group(1), "");
        }
        Matcher folder = FOLDER.matcher(text);
        if (folder.matches()) {
            return new StoreLocation(Scheme.FILE, folder.group(1), "");
        }
        throw new ConfigException(
                option, text, "Expected s3://BUCKET/PREFIX, kafka:TOPIC or file:/FOLDER (an absolute path of ASCII)");
    }

    @Override
    public String toString() {
        return switch (scheme) {
            case S3 -> "s3://" + place + (prefix.isEmpty() ? "" : "/" + prefix);
            case KAFKA -> "kafka:" + place;
            case FILE -> "file:" + place;
        };
    }
}
