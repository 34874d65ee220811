package io.millrace.benchmarks.streams;

import io.millrace.benchmarks.tables.MeasuredTable;
import io.millrace.benchmarks.tables.TableProcess;
import io.millrace.benchmarks.tables.TableTopic;
import java.util.Arrays;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** A process in which Kafka Streams loads a topic into a {@code GlobalKTable}. */
public final class GlobalTableProcess {
    private static final String STORE = "table";

    private GlobalTableProcess() {}

    /** Takes {@code globalktable-memory} or {@code globalktable-rocksdb}, and what {@link TableProcess#measure} takes. */
    public static void main(String[] words) throws Exception {
        boolean inMemory = words[0].endsWith("-memory");
        TableProcess.measure(Arrays.copyOfRange(words, 1, words.length), topic -> load(topic, inMemory));
    }

    /** {@code start} returns when the global store has the records that the topic had. */
    private static MeasuredTable load(TableTopic topic, boolean inMemory) {
        Properties options = new Properties();
        options.put(StreamsConfig.APPLICATION_ID_CONFIG, "tables-benchmark");
        options.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, topic.bootstrapServers());
        options.put(StreamsConfig.STATE_DIR_CONFIG, topic.directory().toString());
        StreamsBuilder builder = new StreamsBuilder();
        builder.globalTable(
                topic.name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Materialized.as(
                        inMemory ? Stores.inMemoryKeyValueStore(STORE) : Stores.persistentKeyValueStore(STORE)));
        KafkaStreams streams = new KafkaStreams(builder.build(), options);
        streams.start();
        ReadOnlyKeyValueStore<String, byte[]> store =
                streams.store(StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.keyValueStore()));
        return new LoadedStore(streams, store);
    }

    private record LoadedStore(KafkaStreams streams, ReadOnlyKeyValueStore<String, byte[]> store)
            implements MeasuredTable {
        @Override
        public int firstByte(String key) {
            byte[] value = store.get(key);
            return value == null ? MISSING : value[0] & 0xff;
        }

        @Override
        public byte[] value(String key) {
            return store.get(key);
        }

        @Override
        public void close() {
            streams.close();
        }
    }
}
