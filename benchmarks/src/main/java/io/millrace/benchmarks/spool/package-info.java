/** A producer whose records survive an outage of Kafka, compared with a plain one, and the recovery after an outage. */
package io.millrace.benchmarks.spool;
