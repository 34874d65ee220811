package io.millrace.payloads.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * A location {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}.
 *
 * @param prefix the first characters of all keys; empty, or without a slash at its ends
 */
record S3Location(String bucket, String prefix) {
    static final String SCHEME = "s3:";
    static final String SYNTAX = "s3://BUCKET/PREFIX";

    private static final Pattern LOCATION =
            Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9!_.*'()=/-]*))?");

    /**
     * Parses an option's value.
     *
     * @throws ConfigException if it is not a location in S3
     */
    static S3Location parse(String option, String text) {
        Matcher matcher = LOCATION.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigException(option, text, "Expected " + SYNTAX);
        }
        String prefix = matcher.group(2) == null ? "" : matcher.group(2);
        while (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        if (prefix.startsWith("/") || prefix.contains("//") || prefix.matches("(.*/)?\\.{1,2}(/.*)?")) {
            throw new ConfigException(option, text, "The prefix has an empty part, or one that is . or ..");
        }
        return new S3Location(matcher.group(1), prefix);
    }

    /** The first characters of all keys, with the slash that ends a prefix. */
    String keyPrefix() {
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    /** The URI of an object. */
    String uri(String key) {
        return "s3://" + bucket + "/" + key;
    }

    /** The key in a URI of this bucket. */
    String key(String uri) {
        return uri.substring(uri("").length());
    }

    /** The location as it is configured. */
    @Override
    public String toString() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }
}
