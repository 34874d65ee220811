/** Measures dead letters that come back, and the order of keys: by the redrive source, and by Spring for Kafka's retry topics. */
package io.millrace.benchmarks.redrive;
