/** Measures events that are made of a raw topic, in transactions and without, and by Kafka Streams. */
package io.millrace.benchmarks.transactions;
