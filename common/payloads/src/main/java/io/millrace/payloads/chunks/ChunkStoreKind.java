package io.millrace.payloads.chunks;

import io.millrace.config.OptionSet;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.store.StoreFactory;
import io.millrace.payloads.store.StoreKind;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Topics of Kafka that have payloads as chunks. */
public final class ChunkStoreKind implements StoreKind {
    private static final Pattern LOCATION = Pattern.compile("kafka:([A-Za-z0-9._-]{1,249})");

    @Override
    public String scheme() {
        return ChunkUri.SCHEME;
    }

    @Override
    public String syntax() {
        return "kafka:TOPIC";
    }

    @Override
    public String purpose() {
        return "as chunks";
    }

    @Override
    public OptionSet options() {
        return ChunkOptions.ALL;
    }

    @Override
    public void checkLocation(String option, String location) {
        parseTopic(option, location);
    }

    private static String parseTopic(String option, String location) {
        Matcher matcher = LOCATION.matcher(location);
        if (!matcher.matches()) {
            throw new ConfigException(option, location, "Expected kafka:TOPIC");
        }
        return matcher.group(1);
    }

    @Override
    public boolean hasNamedObjects() {
        return false;
    }

    @Override
    public void checkOptions(String option, String location, Map<String, Object> values) {
        if (ChunkOptions.BOOTSTRAP_SERVERS.find(values).isEmpty()) {
            throw new ConfigException(
                    option, location, "It needs " + ChunkOptions.BOOTSTRAP_SERVERS + ", the brokers of the topic");
        }
    }

    @Override
    public StoreFactory configure(AbstractConfig config, Executor executor) {
        return new StoreFactory() {
            @Override
            public PayloadStore open(String option, String location) {
                String topic = parseTopic(option, location);
                return ChunkStore.open(topic, ChunkSettings.of(location, config), executor);
            }

            @Override
            public StoredObjects openObjects(String option, String location) {
                throw new ConfigException(option, location, "The topic's retention deletes its chunks");
            }

            @Override
            public NamedObjects openNamed(String option, String location) {
                throw new ConfigException(option, location, "A topic has no objects with names");
            }
        };
    }
}
