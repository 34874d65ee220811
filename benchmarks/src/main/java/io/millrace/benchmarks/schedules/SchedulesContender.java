package io.millrace.benchmarks.schedules;

import java.util.Locale;

/** What sends messages when they are due. */
enum SchedulesContender {
    /** {@code ScheduleSourceConnector}. */
    MILLRACE,
    /** A processor of Kafka Streams with {@code exactly_once_v2}, and its stores in RocksDB, the default. */
    STREAMS,
    /** The same with its stores in memory. */
    STREAMS_MEMORY,
    /** db-scheduler, which keeps the schedules in MySQL. It has a tenth of the schedules. */
    DB_SCHEDULER;

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static SchedulesContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** How many schedules the contender has if Millrace has so many. */
    int part(int schedules) {
        return this == DB_SCHEDULER ? schedules / 10 : schedules;
    }
}
