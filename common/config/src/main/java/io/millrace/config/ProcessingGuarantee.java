package io.millrace.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The delivery guarantee of a source connector's records after a restart or a failure. */
public enum ProcessingGuarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE;

    /** The name of the option. */
    public static final String OPTION = "processing.guarantee";

    /** Connect's option whose value is {@code required} if a connector must not run without transactions. */
    public static final String SUPPORT = "exactly.once.support";

    /** Connect's option for the place where transactions end. */
    public static final String BOUNDARY = "transaction.boundary";

    private static final String DEFAULT_BOUNDARY = "poll";

    /** The option, without its text in the reference. */
    public static Option<ProcessingGuarantee> option() {
        return Option.choice(OPTION, ProcessingGuarantee.class).defaultTo("exactly_once");
    }

    /** The value of {@link #BOUNDARY}, or Connect's default. */
    public static String boundaryOf(Map<String, String> properties) {
        return properties.getOrDefault(BOUNDARY, DEFAULT_BOUNDARY);
    }

    /**
     * The reason why the connector's options do not give the guarantee; empty if they do.
     *
     * @param boundary the value of {@link #BOUNDARY} that the connector needs
     */
    public Optional<String> findObjection(Map<String, String> properties, String boundary) {
        if (this == AT_LEAST_ONCE) {
            return Optional.empty();
        }
        String missing = SUPPORT + "=required";
        if ("required".equalsIgnoreCase(properties.get(SUPPORT))) {
            if (boundary.equalsIgnoreCase(boundaryOf(properties))) {
                return Optional.empty();
            }
            missing = BOUNDARY + "=" + boundary;
        }
        return Optional.of(OPTION + "=" + this + " needs " + missing + "; set it, or " + OPTION + "=" + AT_LEAST_ONCE);
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
