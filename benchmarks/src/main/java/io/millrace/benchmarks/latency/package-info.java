/** The time from a commit in the service's database to the committed view, compared with Debezium's connectors. */
package io.millrace.benchmarks.latency;
