package io.millrace.benchmarks.source;

/**
 * One way from the binlog to Kafka.
 *
 * @param rate changes in a second, once the worker is warm
 * @param cpuSeconds the worker's time on all processors for a million changes, once it is warm
 * @param bytes of a change in Kafka, uncompressed, with the key and headers
 * @param peakMebibytes the peak of the worker's memory, in MiB
 * @param seconds from the connector's resumption to the last change
 */
record SourceMeasurement(double rate, double cpuSeconds, double bytes, double peakMebibytes, double seconds) {}
