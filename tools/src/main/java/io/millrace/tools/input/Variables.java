package io.millrace.tools.input;

import io.millrace.expressions.NearestNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** Resolves {@code ${env:…}}, {@code ${file:…}} and {@code ${dir:…}} with Kafka's own providers. */
public final class Variables {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}:]+:[^}]*}");

    private Variables() {}

    /**
     * All options, with the variables of those that are needed put in. The others stay as they are, so that trying a
     * rule needs no database password.
     *
     * @throws UsageException if a needed variable has no value
     */
    public static Map<String, String> resolveVariables(Map<String, String> options, Predicate<String> needed) {
        Map<String, String> wanted = new HashMap<>();
        options.forEach((name, value) -> {
            if (needed.test(name) && VARIABLE.matcher(value).find()) {
                wanted.put(name, value);
            }
        });
        if (wanted.isEmpty()) {
            return options;
        }
        Map<String, String> resolved = new HashMap<>(options);
        resolved.putAll(transformer().transform(wanted).data());
        wanted.keySet().forEach(name -> {
            Matcher left = VARIABLE.matcher(resolved.get(name));
            if (left.find()) {
                throw new UsageException("the option '" + name + "' needs " + left.group()
                        + ", which has no value here; supported providers are env, file, dir, directory and secret");
            }
        });
        return resolved;
    }

    private static ConfigTransformer transformer() {
        Map<String, ConfigProvider> providers = Map.of(
                "env", new EnvVarConfigProvider(),
                "file", new FileConfigProvider(),
                "dir", new DirectoryConfigProvider(),
                "directory", new DirectoryConfigProvider(),
                "secret", new DirectoryConfigProvider());
        providers.values().forEach(provider -> provider.configure(Map.of()));
        return new ConfigTransformer(providers);
    }

    /**
     * An option's value after its variables were resolved.
     *
     * @param value the value, with those variables in it that have none
     * @param missing the first variable without a value; empty if all have one
     * @param candidates variables of the environment with similar names
     */
    public record Resolution(String value, String missing, List<String> candidates) {}

    /** Resolves the variables of one option. */
    public static Resolution resolve(String option, String text) {
        if (!VARIABLE.matcher(text).find()) {
            return new Resolution(text, "", List.of());
        }
        String value = text;
        try {
            value = transformer().transform(Map.of(option, text)).data().getOrDefault(option, text);
        } catch (ConfigException e) {
            // A file that cannot be read; the variable is missing then.
        }
        Matcher left = VARIABLE.matcher(value);
        if (!left.find()) {
            return new Resolution(value, "", List.of());
        }
        String name = left.group()
                .substring(left.group().indexOf(':') + 1, left.group().length() - 1);
        return new Resolution(
                value,
                left.group(),
                left.group().startsWith("${env:")
                        ? NearestNames.find(name, System.getenv().keySet())
                        : List.of());
    }
}
