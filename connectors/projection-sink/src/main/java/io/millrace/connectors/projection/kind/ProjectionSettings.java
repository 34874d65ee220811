package io.millrace.connectors.projection.kind;

import io.millrace.config.Option;
import io.millrace.connectors.projection.requirement.Problem;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The options of one projection.
 *
 * @param config the connector's configuration
 * @param compilers of its expressions
 * @param projection the projection's name, a part of its options' names
 */
public record ProjectionSettings(AbstractConfig config, ProjectionCompilers compilers, String projection) {
    private static final Pattern LITERAL = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final Pattern LOOKUP = Pattern.compile("\\b(?:lookup|found)\\s*\\(");

    /** How the names of all options of projections begin. */
    public static final String PREFIX = "projection.";

    /** How the names of a projection's options begin. */
    public static String prefix(String projection) {
        return PREFIX + projection + ".";
    }

    /** The full name of an option. */
    public String nameOf(Option<?> option) {
        return prefix(projection) + option.name();
    }

    /** The value, which must be there. */
    public <T> T get(Option<T> option) {
        return option.in(compilers).under(prefix(projection)).get(config);
    }

    /** The value; empty if the option is not set and has no default. */
    public <T> Optional<T> find(Option<T> option) {
        return option.in(compilers).under(prefix(projection)).find(config);
    }

    /** Whether the option has a value that is not blank. */
    public boolean isSet(Option<?> option) {
        Object value = config.values().get(nameOf(option));
        return value != null && !value.toString().isBlank();
    }

    /** Whether the option's expressions look up tables. */
    public boolean readsTables(Option<?> option) {
        Object value = config.values().get(nameOf(option));
        return value != null
                && LOOKUP.matcher(LITERAL.matcher(value.toString()).replaceAll("''"))
                        .find();
    }

    /** Adds a problem unless the condition holds. */
    public void require(boolean holds, Option<?> option, String reason, Consumer<Problem> problems) {
        if (!holds) {
            problems.accept(new Problem(nameOf(option), reason));
        }
    }
}
