package io.millrace.payloads.s3;

import io.millrace.payloads.PayloadObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The tags of the objects.
 *
 * @param configured the same for each
 * @param ofTopic whether topic and date come to them
 */
record S3Tags(Map<String, String> configured, boolean ofTopic) {
    static final String TOPIC = "topic";
    static final String DATE = "date";

    /** S3's own limit. */
    private static final int MOST = 10;

    private static final Pattern TAG =
            Pattern.compile("([A-Za-z0-9 +\\-._:/@]{1,128})=([A-Za-z0-9 +\\-=._:/@]{0,256})");

    S3Tags {
        configured = Map.copyOf(configured);
    }

    /**
     * Reads an option's value.
     *
     * @throws ConfigException if S3 would refuse it
     */
    static Map<String, String> parse(String option, List<?> tags) {
        Map<String, String> parsed = new LinkedHashMap<>();
        for (Object tag : tags) {
            Matcher matcher = TAG.matcher((String) tag);
            if (!matcher.matches()) {
                throw new ConfigException(
                        option,
                        tag,
                        "Expected KEY=VALUE of letters, digits, spaces and + - . _ : / @, the value also with =");
            }
            if (parsed.put(matcher.group(1), matcher.group(2)) != null) {
                throw new ConfigException(option, tag, "Duplicate tag key");
            }
        }
        if (parsed.containsKey(TOPIC) || parsed.containsKey(DATE) || parsed.size() > MOST - 2) {
            throw new ConfigException(
                    option, tags, "Expected at most " + (MOST - 2) + " tags, none of which is topic or date");
        }
        return parsed;
    }

    /** The header {@code x-amz-tagging}; null if there are no tags. */
    @Nullable
    String header(PayloadObject object) {
        Map<String, String> tags = new LinkedHashMap<>(configured);
        if (ofTopic) {
            tags.put(TOPIC, object.topic());
            tags.put(DATE, object.day().toString());
        }
        return header(tags);
    }

    /** The header with the configured tags alone; null if there are none. */
    @Nullable
    String ownHeader() {
        return header(configured);
    }

    private static @Nullable String header(Map<String, String> tags) {
        return tags.isEmpty()
                ? null
                : tags.entrySet().stream()
                        .map(tag -> encoded(tag.getKey()) + "=" + encoded(tag.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
