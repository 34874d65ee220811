/** How long a committed change takes from the service's database into a committed view, beside Debezium's own chain. */
package io.millrace.benchmarks.latency;
