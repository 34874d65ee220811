package io.millrace.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Connect's option {@code transforms}: the transforms that a connector applies, out of those that are configured. */
public final class TransformList {
    /** The name of the option. */
    public static final String OPTION = "transforms";

    private static final Pattern TYPE = Pattern.compile("transforms\\.([^.]+)\\.type");

    private TransformList() {}

    /**
     * Finds transforms that are configured and not applied. Connect ignores them without a message, so rows that a transform
     * was to replace are sent as they are.
     *
     * @param options a connector's options
     * @return a sentence for each
     */
    public static List<String> findUnlisted(Map<String, String> options) {
        String list = options.getOrDefault(OPTION, "");
        List<String> listed =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        return options.keySet().stream()
                .map(TYPE::matcher)
                .filter(Matcher::matches)
                .map(type -> type.group(1))
                .filter(alias -> !listed.contains(alias))
                .sorted()
                .map(alias ->
                        "the transform '" + alias + "' is configured, but not in the list, so it is not applied; add"
                                + " it to " + OPTION + ", or remove its options. Found " + OPTION + "=" + list)
                .collect(Collectors.toList());
    }
}
