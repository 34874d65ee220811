/** Retry topics, by Spring for Kafka. */
package io.millrace.benchmarks.spring;
