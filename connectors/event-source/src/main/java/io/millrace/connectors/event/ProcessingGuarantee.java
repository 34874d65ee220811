package io.millrace.connectors.event;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The delivery guarantee of events after a restart or a failure. */
enum ProcessingGuarantee {
    EXACTLY_ONCE,
    AT_LEAST_ONCE;

    private static final String SUPPORT = "exactly.once.support";
    private static final String BOUNDARY = "transaction.boundary";

    /** The reason why the connector's options do not give the guarantee; empty if they do. */
    Optional<String> findObjection(Map<String, String> properties) {
        if (this == AT_LEAST_ONCE) {
            return Optional.empty();
        }
        String missing = SUPPORT + "=required";
        if ("required".equalsIgnoreCase(properties.get(SUPPORT))) {
            if ("connector".equalsIgnoreCase(properties.get(BOUNDARY))) {
                return Optional.empty();
            }
            missing = BOUNDARY + "=connector";
        }
        return Optional.of(EventSourceOptions.GUARANTEE.name() + "=" + this + " needs " + missing + "; set it, or "
                + EventSourceOptions.GUARANTEE.name() + "=" + AT_LEAST_ONCE);
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
