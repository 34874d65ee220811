/** Measures messages that are sent when they are due: by the schedule source, by Kafka Streams and by db-scheduler. */
package io.millrace.benchmarks.schedules;
