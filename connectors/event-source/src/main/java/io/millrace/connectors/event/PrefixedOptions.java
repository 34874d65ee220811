package io.millrace.connectors.event;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The options of a part that is independent of this connector, under a prefix of this connector's options.
 *
 * @param prefix the connector's prefix of the part's names
 * @param options the part's options, under their own names
 * @param isPassedOn whether a name that is not declared is that of an option that the part passes on to others
 */
record PrefixedOptions(String prefix, OptionSet options, Predicate<String> isPassedOn) {
    /** All names are declared. */
    PrefixedOptions(String prefix, OptionSet options) {
        this(prefix, options, name -> false);
    }

    /** The part's options under the connector's names, for the reference. */
    OptionSet ofConnector() {
        return options.under(prefix);
    }

    /** Whether the configuration has any of them. */
    boolean areSet(Map<String, String> properties) {
        return options.names().stream().anyMatch(name -> properties.containsKey(prefix + name));
    }

    /** Whether an option of this name is one of them. */
    boolean contains(String name) {
        if (!name.startsWith(prefix)) {
            return false;
        }
        String own = name.substring(prefix.length());
        return options.names().contains(own) || isPassedOn.test(own);
    }

    /** The part's options out of the connector's, under their own names. */
    Map<String, String> readFrom(Map<String, String> properties) {
        Map<String, String> own = new HashMap<>();
        properties.forEach((name, value) -> {
            if (contains(name)) {
                own.put(name.substring(prefix.length()), value);
            }
        });
        return own;
    }

    /**
     * The part's validation result under the connector's names.
     *
     * @param values the part's result; values of other options are ignored
     */
    List<ConfigValue> translate(List<ConfigValue> values) {
        Pattern names = namesInMessages();
        return values.stream()
                .filter(value -> options.names().contains(value.name()))
                .map(value -> new ConfigValue(
                        prefix + value.name(),
                        value.value(),
                        value.recommendedValues(),
                        value.errorMessages().stream()
                                .map(message -> translate(message, names))
                                // A check over several options adds its errors later.
                                .collect(Collectors.toCollection(ArrayList::new))))
                .toList();
    }

    /** An answer that refuses nothing. */
    List<ConfigValue> acceptAll() {
        return options.options().stream()
                .map(Option::name)
                .map(name -> new ConfigValue(prefix + name))
                .toList();
    }

    private String translate(String message, Pattern names) {
        return names.matcher(message).replaceAll(found -> Matcher.quoteReplacement(prefix + found.group()));
    }

    /**
     * A name of one word is treated as an option only if a message refers to it as an option; elsewhere it may be an
     * ordinary word.
     */
    private Pattern namesInMessages() {
        String compound = alternatives(name -> name.contains("."));
        String single = alternatives(name -> !name.contains("."));
        return Pattern.compile("(?<![\\w.-])(?:" + compound + ")(?![\\w-]|\\.\\w)"
                + "|(?<=for configuration )(?:" + single + ")(?![\\w.-])"
                + "|(?<![\\w.-])(?:" + single + ")(?==)");
    }

    private String alternatives(Predicate<String> wanted) {
        return options.names().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
    }
}
