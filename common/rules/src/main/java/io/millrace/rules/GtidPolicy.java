package io.millrace.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** Whether the source's server must have GTIDs. */
enum GtidPolicy {
    REQUIRED,
    OPTIONAL;

    /**
     * Checks the source's server, if the options name it and it can be queried.
     *
     * @throws ConfigException naming each of the server's settings with which events are missing or wrong
     */
    static void checkServer(String option, Map<String, Object> values) {
        Optional<SourceServer> server = SourceServer.of(values);
        if (server.isPresent()) {
            boolean required = OfficialEventOptions.GTIDS.find(values).orElse(REQUIRED) == REQUIRED;
            List<String> objections = server.get().findObjections(required);
            if (!objections.isEmpty()) {
                throw new ConfigException(option, values.get(option), String.join("; ", objections));
            }
        }
    }
}
