/** Kafka Streams as a contender of the benchmark of tables. */
package io.millrace.benchmarks.streams;
