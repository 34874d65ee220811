package io.millrace.tools.input;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** Puts in what stands behind {@code ${env:…}}, {@code ${file:…}} and {@code ${dir:…}}, by Kafka's own providers. */
public final class Variables {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}:]+:[^}]*}");

    private Variables() {}

    /**
     * All options, with the variables of those that are needed put in. The others stay as they are, so that nobody needs a
     * database's password to try a rule.
     *
     * @throws UsageException where a needed variable has no value
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
        Map<String, ConfigProvider> providers = Map.of(
                "env", new EnvVarConfigProvider(),
                "file", new FileConfigProvider(),
                "dir", new DirectoryConfigProvider());
        providers.values().forEach(provider -> provider.configure(Map.of()));
        resolved.putAll(new ConfigTransformer(providers).transform(wanted).data());
        wanted.keySet().forEach(name -> {
            Matcher left = VARIABLE.matcher(resolved.get(name));
            if (left.find()) {
                throw new UsageException("the option '" + name + "' needs " + left.group()
                        + ", which has no value here; " + "the providers env, file and dir are known");
            }
        });
        return resolved;
    }
}
