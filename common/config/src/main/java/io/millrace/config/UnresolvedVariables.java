package io.millrace.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Variables in a posted configuration to which the worker's config providers gave no value, such as {@code ${env:PASSWORD}}.
 * Connect leaves them in the option's value, as it does if the provider is not configured.
 */
public final class UnresolvedVariables {
    /** Without spaces and question marks, which an expression in braces has. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z][\\w-]*):[^\\s{}?]+}");

    private UnresolvedVariables() {}

    /**
     * Finds the options whose values contain such a variable.
     *
     * @param options a connector's options, as the worker validates them
     * @return a sentence for each option, by the option's name
     */
    public static Map<String, String> find(Map<String, String> options) {
        Map<String, String> found = new TreeMap<>();
        options.forEach((option, value) -> {
            Matcher variable = VARIABLE.matcher(value == null ? "" : value);
            if (variable.find()) {
                found.put(
                        option,
                        "the variable " + variable.group() + " has no value on this worker. Set it on every worker and"
                                + " restart the workers, correct its name, or configure the provider "
                                + variable.group(1) + " (config.providers)");
            }
        });
        return found;
    }
}
