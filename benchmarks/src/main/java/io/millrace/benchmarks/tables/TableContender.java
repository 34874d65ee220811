package io.millrace.benchmarks.tables;

import java.util.Locale;

/** What loads a compacted topic into memory. */
enum TableContender {
    /** A consumer that only counts the records: no table can be faster. */
    CONSUMER,
    /** {@code TopicTable}. */
    MILLRACE,
    /** KCache, with its map in memory. */
    KCACHE,
    /** Kafka Streams' {@code GlobalKTable} with the store in memory. */
    GLOBALKTABLE_MEMORY,
    /** Kafka Streams' {@code GlobalKTable} with RocksDB, the default. */
    GLOBALKTABLE_ROCKSDB;

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static TableContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
