package io.millrace.tools.chain;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.tools.input.Variables;
import io.millrace.transforms.ToOfficialEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connector's options as its transforms need them, without a source database. */
public final class TransformOptions {
    private static final Pattern DATABASE = Pattern.compile("transforms\\.(.+)\\.database\\.[a-z]+");
    private static final Set<String> OFFICIAL =
            Set.of(ToOfficialEvent.class.getName(), ToOfficialEvent.class.getSimpleName());

    private TransformOptions() {}

    /**
     * All options, with the variables of the transforms' and converters' put in. The options of the database that
     * posted rules are compared with are removed: here the recorded change events define the tables. Transforms replace
     * {@code EventSourceConnector}.
     *
     * @throws io.millrace.tools.input.UsageException if a variable has no value
     */
    public static Map<String, String> of(Map<String, String> options) {
        Map<String, String> without = new LinkedHashMap<>(options);
        without.keySet().removeIf(option -> {
            Matcher database = DATABASE.matcher(option);
            return database.matches()
                    && OFFICIAL.contains(options.getOrDefault("transforms." + database.group(1) + ".type", ""));
        });
        return UnwrappedConfiguration.of(Variables.resolveVariables(without, TransformOptions::isNeeded));
    }

    private static boolean isNeeded(String option) {
        return TransformStages.isOfTransforms(option)
                || option.startsWith("context.")
                || option.startsWith("events.")
                || option.startsWith("value.converter")
                || option.startsWith("key.converter");
    }
}
