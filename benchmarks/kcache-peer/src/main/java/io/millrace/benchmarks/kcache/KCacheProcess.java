package io.millrace.benchmarks.kcache;

import io.kcache.KafkaCache;
import io.kcache.KafkaCacheConfig;
import io.millrace.benchmarks.tables.MeasuredTable;
import io.millrace.benchmarks.tables.TableProcess;
import io.millrace.benchmarks.tables.TableTopic;
import java.io.IOException;
import java.util.Arrays;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;

/** A process in which KCache loads a topic into its map in memory. */
public final class KCacheProcess {
    private KCacheProcess() {}

    /** Takes the contender's name, and what {@link TableProcess#measure} takes. */
    public static void main(String[] words) throws Exception {
        TableProcess.measure(Arrays.copyOfRange(words, 1, words.length), KCacheProcess::load);
    }

    private static MeasuredTable load(TableTopic topic) {
        Properties options = new Properties();
        options.put(KafkaCacheConfig.KAFKACACHE_BOOTSTRAP_SERVERS_CONFIG, topic.bootstrapServers());
        options.put(KafkaCacheConfig.KAFKACACHE_TOPIC_CONFIG, topic.name());
        options.put(KafkaCacheConfig.KAFKACACHE_TOPIC_NUM_PARTITIONS_CONFIG, topic.partitions());
        options.put(KafkaCacheConfig.KAFKACACHE_TOPIC_REPLICATION_FACTOR_CONFIG, 1);
        options.put(KafkaCacheConfig.KAFKACACHE_TOPIC_READ_ONLY_CONFIG, true);
        options.put(KafkaCacheConfig.KAFKACACHE_INIT_TIMEOUT_CONFIG, 600_000);
        KafkaCache<String, byte[]> cache =
                new KafkaCache<>(new KafkaCacheConfig(options), Serdes.String(), Serdes.ByteArray());
        cache.init();
        return new LoadedCache(cache);
    }

    private record LoadedCache(KafkaCache<String, byte[]> cache) implements MeasuredTable {
        @Override
        public int firstByte(String key) {
            byte[] value = cache.get(key);
            return value == null ? MISSING : value[0] & 0xff;
        }

        @Override
        public byte[] value(String key) {
            return cache.get(key);
        }

        @Override
        public void close() throws IOException {
            cache.close();
        }
    }
}
