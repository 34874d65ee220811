package io.millrace.config;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Runs a {@link CrossCheck} when Kafka validates a configuration. A validator of Kafka's gets one value alone; a recommender
 * gets all of them, and what it throws becomes an error of its option.
 */
record CrossCheckRecommender(CrossCheck crossCheck) implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String option, Map<String, Object> values) {
        crossCheck.check(option, values);
        return List.of();
    }

    @Override
    public boolean visible(String option, Map<String, Object> values) {
        return true;
    }
}
