package io.millrace.it.documents;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;

/** The options of a definition as Markdown, a heading for each, in groups that their names make. */
final class OptionsText {
    /** What options are about, by what their names begin with; the longest comes first. */
    private static final Map<String, String> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put("events.", "Events");
        GROUPS.put("context.", "The request's context");
        GROUPS.put("payload.s3.", "S3");
        GROUPS.put("payload.kafka.", "Topics");
        GROUPS.put("payload.chunk.", "Topics");
        GROUPS.put("payload.", "Payloads");
        GROUPS.put("database.", "The source's database");
    }

    /** The order in which groups stand; what is in none comes first. */
    private static final List<String> ORDER =
            List.of("", "Events", "The request's context", "The source's database", "Payloads", "S3", "Topics");

    /** The page of the options that several plugins have. */
    static final String SHARED_PAGE = "PayloadStores.md";

    private static final Pattern NUMBERED = Pattern.compile("(.+\\.)(\\d+)");
    private static final Pattern CODE_OF_JAVA = Pattern.compile("\\$\\$Lambda|@[0-9a-f]{5,}$");
    private static final int KIBI = 1024;

    private OptionsText() {}

    /**
     * All options, except those that Connect must not show.
     *
     * @throws IllegalArgumentException if an option's validator has no description in words
     */
    static String of(ConfigDef definition) {
        return of(definition, Set.of());
    }

    /**
     * The options, except those that Connect must not show.
     *
     * @param shared options that {@link #SHARED_PAGE} describes; a line of their group lists them
     * @throws IllegalArgumentException if an option's validator has no description in words
     */
    static String of(ConfigDef definition, Set<String> shared) {
        Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();
        ORDER.forEach(group -> groups.put(group, new ArrayList<>()));
        for (ConfigKey key : definition.configKeys().values()) {
            if (!key.internalConfig && !follows(key, definition.names())) {
                groups.get(group(key.name)).add(key);
            }
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((group, keys) -> {
            if (!keys.isEmpty() && !group.isEmpty()) {
                text.append("### ").append(group).append("\n\n");
            }
            keys.stream()
                    .filter(key -> !shared.contains(key.name))
                    .forEach(key -> text.append(option(key, definition.names())).append('\n'));
            List<String> links = keys.stream()
                    .map(key -> key.name)
                    .filter(shared::contains)
                    .map(name -> "[`%s`](%s#%s)".formatted(name, SHARED_PAGE, name.replace(".", "")))
                    .toList();
            if (!links.isEmpty()) {
                text.append(String.join(",\n", links)).append("\n\n");
            }
        });
        return text.toString().strip();
    }

    private static String group(String option) {
        return GROUPS.entrySet().stream()
                .filter(group -> option.startsWith(group.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** Whether the option is one of a numbered series, and not its first. */
    private static boolean follows(ConfigKey key, Collection<String> names) {
        Matcher numbered = NUMBERED.matcher(key.name);
        return numbered.matches() && !numbered.group(2).equals("1") && names.contains(numbered.group(1) + 1);
    }

    /** The heading and the text of one option. */
    static String option(ConfigKey key, Collection<String> names) {
        StringBuilder text = new StringBuilder("#### `" + key.name + "`");
        last(key.name, names)
                .ifPresent(last -> text.append(" to `").append(last).append('`'));
        text.append("\n\n").append(key.documentation.strip()).append("\n\n");
        text.append("Type: ").append(key.type.name().toLowerCase(Locale.ROOT));
        text.append(" · Default: ").append(defaultValue(key));
        if (key.validator != null && !key.validator.toString().isEmpty()) {
            text.append(" · Allowed: ").append(allowed(key));
        }
        return text.append(" · Importance: ")
                .append(key.importance.name().toLowerCase(Locale.ROOT))
                .append('\n')
                .toString();
    }

    private static Optional<String> last(String name, Collection<String> names) {
        Matcher numbered = NUMBERED.matcher(name);
        if (!numbered.matches()) {
            return Optional.empty();
        }
        int number = 1;
        while (names.contains(numbered.group(1) + (number + 1))) {
            number++;
        }
        return Optional.of(numbered.group(1) + number);
    }

    private static String defaultValue(ConfigKey key) {
        if (!key.hasDefault()) {
            return "none, required";
        }
        if (key.defaultValue == null) {
            return "none";
        }
        // Kafka hides every password, also one that is none.
        String value = key.defaultValue instanceof Password password
                ? password.value()
                : ConfigDef.convertToString(key.defaultValue, key.type);
        if (value.isEmpty()) {
            return "empty";
        }
        return "`" + value + "`" + inWords(key);
    }

    /** A number of bytes or milliseconds, as people say it. */
    private static String inWords(ConfigKey key) {
        if (!(key.defaultValue instanceof Number number)) {
            return "";
        }
        long value = number.longValue();
        if (key.name.endsWith(".bytes")) {
            return units(value, List.of(" MiB", " KiB"), List.of((long) KIBI * KIBI, (long) KIBI));
        }
        if (key.name.endsWith(".ms")) {
            return units(
                    value,
                    List.of(" d", " h", " min", " s"),
                    List.of(24L * 60 * 60 * 1000, 60L * 60 * 1000, 60L * 1000, 1000L));
        }
        return "";
    }

    private static String units(long value, List<String> names, List<Long> sizes) {
        for (int i = 0; i < names.size(); i++) {
            if (value > 0 && value % sizes.get(i) == 0) {
                return " (" + value / sizes.get(i) + names.get(i) + ")";
            }
        }
        return "";
    }

    private static String allowed(ConfigKey key) {
        String text = key.validator.toString();
        if (CODE_OF_JAVA.matcher(text).find()) {
            throw new IllegalArgumentException("The validator of " + key.name + " does not say what it takes: " + text
                    + "; ConfigDef.LambdaValidator.with has a place for words");
        }
        // Kafka's lists and ranges are in brackets, which Markdown would take for the text of a link.
        return text.startsWith("[") ? "`" + text + "`" : text;
    }
}
